// Container clients ask for `/v2/`, and do not follow a redirect to `/v2`.
export default { skipTrailingSlashRedirect: true };
