import { expect, it } from 'vitest';
import { readJunit } from './junit.ts';

it('tests of a report are counted by status, and other entries are ignored', () => {
  const xml = `<testsuites>
    <testcase name="OCI a" classname="" status="passed"></testcase>
    <testcase name="OCI b" classname="" status="failure"><failure message="x"></failure></testcase>
    <testcase name="OCI c" classname="" status="skipped"/>
    <testcase name="OCI d" status="disabled" />
    <testcase name="OCI e" status="panicked"></testcase>
    <testcase name="html custom reporter" status="passed"></testcase>
  </testsuites>`;
  expect(readJunit(xml)).toEqual({ passed: 1, skipped: ['OCI c', 'OCI d'], failed: ['OCI b', 'OCI e'] });
});
