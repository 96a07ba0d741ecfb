"""Code in another language, which knows nothing of Coracle: the environment says where AWS is."""

import boto3

name = "team/web"
boto3.client("ecr-public").create_repository(repositoryName=name)
boto3.client("ecr").create_repository(repositoryName=name)
for service in "ecr-public", "ecr":
    repositories = boto3.client(service).describe_repositories()["repositories"]
    print(service, [repository["repositoryName"] for repository in repositories])
