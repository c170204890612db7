#include "cli/command_line.hpp"

int main(int argc, char** argv) { return webcalling::cli::run(argc, argv); }
