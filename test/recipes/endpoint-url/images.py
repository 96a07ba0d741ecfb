"""Code in another language, which knows nothing of Coracle: the environment says where AWS is."""

import boto3

name = "team/web"
for service in "ecr-public", "ecr":
    client = boto3.client(service)
    client.create_repository(repositoryName=name)
    repositories = client.describe_repositories()["repositories"]
    print(service, [repository["repositoryName"] for repository in repositories])
    client.delete_repository(repositoryName=name)
