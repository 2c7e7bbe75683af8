/**
 * The version of the command line: the package's, which the build puts here.
 */
declare const VERSION: string | undefined;

export const version = typeof VERSION === 'undefined' ? 'not built' : VERSION;
