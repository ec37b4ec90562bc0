from spack.package import *


class TslOrderedMap(CMakePackage):
    """C++ hash map and hash set that keep the order of insertion; headers only."""

    homepage = "https://github.com/Tessil/ordered-map"
    git = "https://github.com/Tessil/ordered-map.git"

    license("MIT")

    version("1.1.0", tag="v1.1.0")

    depends_on("cxx", type="build")
