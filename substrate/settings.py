"""Where packets sleep, as those who read or write them are told."""

from __future__ import annotations

from mesh.settings import ServerSettings, setting, settings


@settings
class PacketSettings(ServerSettings):
    """Credentials and region of S3 are found as every AWS client finds them: variables, files, roles."""

    packets: str = setting("The packet store: folder:/path, or s3://bucket/prefix.")
    s3_endpoint: str = setting(
        "URL of a server that speaks S3; empty: what the AWS variables and files say, else AWS.", default=""
    )
    s3_encryption: str = setting(
        "How S3 encrypts what is written: AES256, aws:kms, or aws:kms:KEY; empty: as the bucket says.", default=""
    )
