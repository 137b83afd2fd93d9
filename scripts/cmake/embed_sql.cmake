# cmake -DSQL=path -DFILE=name -DFUNCTION=name -DOUTPUT=path -P embed_sql.cmake
# Writes a C++ source that parses the file's bytes: as numbers, so that no text can end a literal early.
file(READ ${SQL} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"lightdash/migrate/sql_file.hpp\"

lightdash::migrate::migration ${FUNCTION}();
lightdash::migrate::migration ${FUNCTION}()
{
    static constexpr unsigned char text[] = {
${bytes}0};
    return lightdash::migrate::parse_sql_file(\"${FILE}\", {reinterpret_cast<const char*>(text), sizeof text - 1});
}
")
