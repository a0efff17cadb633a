"""Lets Debian's azure-cli 2.45 run its `network` and `vm` commands in profile `latest`.

The package pins SDK api-versions that the python3-azure beside it does not ship: `az network` asks for network 2022-01-01
(shipped: 2022-07-01, whose operations live in `azure.mgmt.network.operations`), `az vm` for compute 2022-11-01 (shipped:
2022-08-01). Python loads this file at its start when its folder is on PYTHONPATH; no installed file is touched.
"""

import importlib
import importlib.abc
import importlib.util
import re
import sys

VERSIONED_OPERATIONS = re.compile(r"^azure\.mgmt\.network\.v\d{4}_\d{2}_\d{2}\.operations(\.|$)")


class SharedOperations(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers `azure.mgmt.network.vYYYY_MM_DD.operations` with the package's one set of operations."""

    def find_spec(self, name, path=None, target=None):
        if VERSIONED_OPERATIONS.match(name):
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        tail = spec.name.split(".operations", 1)[1]
        return importlib.import_module("azure.mgmt.network.operations" + tail)

    def exec_module(self, module):
        """The module is loaded already."""


def pin_versions():
    from azure.cli.core.profiles import _shared

    latest = _shared.AZURE_API_PROFILES["latest"]
    latest[_shared.ResourceType.MGMT_NETWORK] = "2022-07-01"
    compute = latest[_shared.ResourceType.MGMT_COMPUTE]
    compute.profile[None] = "2022-08-01"
    for group in ("virtual_machine_scale_sets", "virtual_machine_scale_set_vms"):
        compute.profile[group] = "2022-08-01"


sys.meta_path.insert(0, SharedOperations())
try:
    pin_versions()
except ImportError:
    pass
