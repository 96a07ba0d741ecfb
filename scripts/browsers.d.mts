export type Engine = 'chromium' | 'firefox' | 'webkit';
export declare function findBrowser(engine: Engine): Promise<string | undefined>;
export declare const howToInstall: Readonly<Record<Engine, string>>;
