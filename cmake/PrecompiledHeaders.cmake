# Most of the time of a compiler goes into the same headers of others, again and again. They are read once for all rooms and
# once for all tests. Every file includes what it uses all the same: the release build reads no precompiled header
# (CMAKE_DISABLE_PRECOMPILE_HEADERS) and finds out who forgot.
set(webcalling_common_headers
  <algorithm> <array> <chrono> <cstdint> <deque> <functional> <map> <memory> <optional> <set> <string> <string_view> <utility>
  <variant> <vector> <fmt/format.h> <tl/expected.hpp>)

if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # So says ccache's manual, section "Precompiled headers".
  add_compile_options(-fpch-preprocess)
endif()

file(WRITE ${CMAKE_BINARY_DIR}/precompiled/empty.cpp "")
add_library(precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled/empty.cpp)
target_link_libraries(precompiled PRIVATE fmt::fmt tl::expected)
target_precompile_headers(precompiled PRIVATE ${webcalling_common_headers})

if(BUILD_TESTING)
  add_library(precompiled_for_tests STATIC ${CMAKE_BINARY_DIR}/precompiled/empty.cpp)
  target_link_libraries(precompiled_for_tests PRIVATE fmt::fmt tl::expected GTest::gmock GTest::gtest)
  target_precompile_headers(precompiled_for_tests PRIVATE ${webcalling_common_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()
