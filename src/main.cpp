#include "lightdash/app/cli.hpp"

int main(int argc, char** argv)
{
    return lightdash::app::run_cli(argc, argv);
}
