"""
Tests, as packages where a folder's conftest starts what all its tests share.

pytest ends a fixture of scope `package` with the last test of its package, and in a folder that is none not before the
last test of all: a Kubernetes would take half a core from whatever comes after it.
"""
