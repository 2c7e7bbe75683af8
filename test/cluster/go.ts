/** What Go is run with: everything that is built or downloaded is pinned, and links no C. */
export const goEnvironment = {
  ...process.env,
  CGO_ENABLED: '0',
  // knative.dev versions are commits that the checksum database does not know; go.sum pins them all the same.
  GONOSUMDB: 'knative.dev/*',
  GOFLAGS: '-mod=readonly',
};
