#pragma once

/// The version of these headers, by Semantic Versioning: `#if SELTZER_VERSION >= 200` is true from 0.2.0 on.
/// `Context::version()` is the library's.
#define SELTZER_VERSION_MAJOR 0
#define SELTZER_VERSION_MINOR 1
#define SELTZER_VERSION_PATCH 0
#define SELTZER_VERSION (SELTZER_VERSION_MAJOR * 10000 + SELTZER_VERSION_MINOR * 100 + SELTZER_VERSION_PATCH)
