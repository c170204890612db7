# webcalling_room(NAME [TESTS_APART] [PUBLIC target...] [PRIVATE target...])
#
# A room is one folder and one static library: every *.cpp of the folder but *_test.cpp belongs to the library, every
# *_test.cpp to its unit test program. Links are explicit, so that an arrow that points the wrong way does not build.
# Headers are included by their path below src/, e.g. "sip/message/uri.hpp".
#
# In builds that compile several files as one (CMAKE_UNITY_BUILD), TESTS_APART keeps the tests of a room single: each of
# them may then call its fixture, say, Sim.
function(webcalling_room name)
  cmake_parse_arguments(ROOM "TESTS_APART" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE})
    target_precompile_headers(${name} REUSE_FROM precompiled)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${name} INTERFACE ${ROOM_PUBLIC})
  endif()

  if(BUILD_TESTING AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_PRIVATE} GTest::gmock GTest::gtest_main)
    target_precompile_headers(${name}_test REUSE_FROM precompiled_for_tests)
    if(ROOM_TESTS_APART)
      set_target_properties(${name}_test PROPERTIES UNITY_BUILD OFF)
    endif()
    # Unit tests find fixtures by paths below this folder.
    target_compile_definitions(${name}_test PRIVATE WEBCALLING_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME unit.${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 120)
  endif()
endfunction()
