import { runTestRegistry } from './registry-worker.ts';

runTestRegistry();
