from spack.package import *


class Seltzer(CMakePackage):
    """Apache Spark's RDD interface as a C++20 library for MPI batch programs."""

    license("Apache-2.0")

    version("0.1.0")

    variant("native", default=True, description="Build for the processor that Spack targets on this machine")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("mpi@3:")
    depends_on("boost@1.74:+mpi+serialization+context+iostreams")
    depends_on("fmt@9:")
    depends_on("nlohmann-json@3.11:")
    depends_on("cli11@2.1:")
    depends_on("random123@1.14:")
    depends_on("simdjson@3:")
    depends_on("tsl-ordered-map")
    depends_on("xxhash@0.8:")
    depends_on("zstd@1.5:")

    conflicts("%gcc@:11", msg="Seltzer needs C++20")
    conflicts("%clang@:13", msg="Seltzer needs C++20")

    def cmake_args(self):
        return [
            self.define_from_variant("SELTZER_NATIVE", "native"),
            self.define("SELTZER_BUILD_APPS", False),
            self.define("SELTZER_BUILD_TESTS", False),
        ]
