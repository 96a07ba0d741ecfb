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
  --allow-host NAME   answer also for this host; *.example.com and * are allowed, and it can be repeated
                                                            [addresses and names that no public page has]
  --cors-origin URL   let pages of this origin use the registry; * is allowed, and it can be repeated
                                                            [only pages of its own origin]
  --max-connections N connections at once                   [4000]
  --max-buffered-bytes SIZE
                      what bodies and answers may hold in memory, such as 64MiB   [256MiB]
  --collect-every TIME  how often garbage is collected, such as 30m; 0: never       [1h]
  --collect-grace TIME  how long what nothing refers to is kept                     [1h]
  --create-on-push    a push creates the repository if it does not exist
  --quiet             no line for each request
`;
