# Language level, warnings and sanitizers: the same for every room.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)

option(WEBCALLING_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(WEBCALLING_BENCH "Build the micro-benchmarks" OFF)
set(WEBCALLING_SANITIZE "" CACHE STRING "Value for -fsanitize=, e.g. address,undefined or thread")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Werror=return-type)
# A designated initializer names what differs; the members it leaves out have defaults.
add_compile_options(-Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these wrongly inside the standard library at -O2 (GCC bugs 105329, 105651, 108000).
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized)
endif()
if(WEBCALLING_SANITIZE)
  add_compile_options(-fsanitize=${WEBCALLING_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEBCALLING_SANITIZE})
endif()
if(WEBCALLING_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
