"""What a Python program does with a registry, case by case: python3 boto3_walk.py ENDPOINT CASE."""

import base64
import hashlib
import json
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

ENDPOINT, CASE = sys.argv[1:3]
CONFIG = Config(retries={"total_max_attempts": 1})
public = boto3.client("ecr-public", endpoint_url=ENDPOINT, config=CONFIG)
private = boto3.client("ecr", endpoint_url=ENDPOINT, config=CONFIG)


def expect_refusal(exception, call, **arguments):
    try:
        call(**arguments)
    except exception as refused:
        return refused.response
    raise AssertionError(f"{call.__name__} was not refused with {exception.__name__}")


def upload(repository, content):
    upload_id = public.initiate_layer_upload(repositoryName=repository)["uploadId"]
    public.upload_layer_part(
        repositoryName=repository,
        uploadId=upload_id,
        partFirstByte=0,
        partLastByte=len(content) - 1,
        layerPartBlob=content,
    )
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    done = public.complete_layer_upload(repositoryName=repository, uploadId=upload_id, layerDigests=[digest])
    assert done["layerDigest"] == digest, done
    return {"digest": digest, "size": len(content)}


def push(repository, tag, content):
    image_type = "application/vnd.oci.image"
    config = {"mediaType": f"{image_type}.config.v1+json", **upload(repository, json.dumps({"tag": tag}).encode())}
    layer = {"mediaType": f"{image_type}.layer.v1.tar", **upload(repository, content)}
    manifest_type = f"{image_type}.manifest.v1+json"
    manifest = json.dumps({"schemaVersion": 2, "mediaType": manifest_type, "config": config, "layers": [layer]})
    image = public.put_image(repositoryName=repository, imageManifest=manifest, imageTag=tag)["image"]
    assert image["imageManifest"] == manifest, image
    return image["imageId"]["imageDigest"], config["size"] + layer["size"]


def an_image_is_pushed_part_by_part_and_described():
    public.create_repository(repositoryName="web")
    digest, size = push("web", "v1", bytes(range(256)) * 8)
    [detail] = public.describe_images(repositoryName="web", imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert detail["imageDigest"] == digest, detail
    assert detail["imageSizeInBytes"] == size, detail
    assert abs(detail["imagePushedAt"].timestamp() - time.time()) < 60, detail


def paginators_see_everything_once():
    names = [f"team/r{n}" for n in range(7)]
    for name in names:
        public.create_repository(repositoryName=name)
        private.create_repository(repositoryName=name)
    for client in (public, private):
        pages = list(client.get_paginator("describe_repositories").paginate(PaginationConfig={"PageSize": 3}))
        assert [len(page["repositories"]) for page in pages] == [3, 3, 1], pages
        assert [each["repositoryName"] for page in pages for each in page["repositories"]] == names, pages
    for n in range(4):
        push(names[0], f"v{n}", str(n).encode())
    one_by_one = {"PaginationConfig": {"PageSize": 1}}
    tags = public.get_paginator("describe_image_tags").paginate(repositoryName=names[0], **one_by_one)
    assert list(tags.search("imageTagDetails[].imageTag")) == ["v0", "v1", "v2", "v3"]
    images = public.get_paginator("describe_images").paginate(repositoryName=names[0], **one_by_one)
    assert sorted(images.search("imageDetails[].imageTags[]")) == ["v0", "v1", "v2", "v3"]
    registries = public.get_paginator("describe_registries").paginate(**one_by_one)
    assert list(registries.search("registries[].registryId")) == ["123456789012"]


def refusals_are_the_exceptions_of_the_client():
    refused = expect_refusal(
        public.exceptions.RepositoryNotFoundException, public.describe_images, repositoryName="ghost"
    )
    assert refused["ResponseMetadata"]["HTTPStatusCode"] == 400, refused
    assert len(refused["ResponseMetadata"]["RequestId"]) == 36, refused
    public.create_repository(repositoryName="web")
    expect_refusal(
        public.exceptions.RepositoryAlreadyExistsException, public.create_repository, repositoryName="web"
    )
    expect_refusal(
        public.exceptions.RepositoryPolicyNotFoundException, public.get_repository_policy, repositoryName="web"
    )
    upload_id = public.initiate_layer_upload(repositoryName="web")["uploadId"]
    part = {"repositoryName": "web", "uploadId": upload_id, "layerPartBlob": b"abc"}
    public.upload_layer_part(**part, partFirstByte=0, partLastByte=2)
    gap = expect_refusal(
        public.exceptions.InvalidLayerPartException,
        public.upload_layer_part,
        **part,
        partFirstByte=5,
        partLastByte=7,
    )
    assert gap["lastValidByteReceived"] == 2, gap
    assert gap["uploadId"] == upload_id, gap
    expect_refusal(
        private.exceptions.RepositoryNotFoundException, private.describe_repositories, repositoryNames=["ghost"]
    )


def a_logo_is_served_where_its_url_says():
    logo = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    data = {"logoImageBlob": logo, "description": "Our web"}
    created = public.create_repository(repositoryName="web", catalogData=data)
    url = created["catalogData"]["logoUrl"]
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == logo
    stored = public.get_repository_catalog_data(repositoryName="web")["catalogData"]
    assert stored == {"logoUrl": url, "description": "Our web"}, stored


def a_token_is_what_docker_logs_in_with():
    data = public.get_authorization_token()["authorizationData"]
    assert base64.b64decode(data["authorizationToken"]).startswith(b"AWS:"), data
    [data] = private.get_authorization_token()["authorizationData"]
    assert data["proxyEndpoint"] == ENDPOINT, data
    assert data["expiresAt"].tzinfo is not None, data


globals()[CASE]()
print("done")
