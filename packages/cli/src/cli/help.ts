export const help = `coracle: Amazon ECR Public, Amazon ECR and the OCI distribution protocol on this machine

Usage
  coracle serve [options]      serve a registry until Ctrl-C
  coracle --help | --version

Options of serve
  --port PORT         where to listen; 0 takes a free port      [4747, or PORT from the environment]
  --host HOST         the address to listen on                  [127.0.0.1, or CORACLE_HOST from the environment]
  --data DIR          the folder to keep everything in, made if it does not exist;
                      it survives even kill -9                  [in memory, gone when the server stops]
  --endpoint URL      the origin that repositoryUri and its like name, where clients come
                      through another address than this one     [the address it listens on]
  --account-id ID     12 digits                                 [123456789012]
  --region REGION     of the private registry                   [us-east-1]
  --alias ALIAS       a custom alias of the public registry     [one that follows from the account]
  --allow-host NAME   a host to answer for, or *.example.com, or * for all; can be repeated
                      [addresses, names without a dot, and names that no public page can have]
  --cors-origin URL   an origin whose pages can use the registry, or * for all; can be repeated
                      [only the registry's own]
  --max-connections N how many connections can be open          [4000]
  --max-buffered-bytes SIZE
                      how much memory bodies and answers can take, such as 64MiB        [256MiB]
  --collect-every TIME
                      how often garbage is collected, such as 30m; 0 switches it off    [1h]
  --collect-grace TIME
                      how long deleted content is kept          [1h; unmentioned layers at least 24h]
  --create-on-push    a push creates the repository if it does not exist
  --quiet             no line for each request
`;
