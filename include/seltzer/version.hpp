#pragma once

/// @file
/// The version of these headers, by Semantic Versioning. `Context::version()` is that of the library.

/// Incompatible changes, from 1.0 on.
#define SELTZER_VERSION_MAJOR 0
/// New features; before 1.0, also incompatible changes.
#define SELTZER_VERSION_MINOR 1
/// Bug fixes.
#define SELTZER_VERSION_PATCH 0
/// All three as one number: `#if SELTZER_VERSION >= 200` is true from 0.2.0 on.
#define SELTZER_VERSION (SELTZER_VERSION_MAJOR * 10000 + SELTZER_VERSION_MINOR * 100 + SELTZER_VERSION_PATCH)
