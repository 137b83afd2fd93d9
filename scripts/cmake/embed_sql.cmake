# cmake -DSQL=path -DFILE=name -DFUNCTION=name -DKIND=migration|seed -DOUTPUT=path -P embed_sql.cmake
# Writes a C++ source that parses the file's bytes: as numbers, so that no text can end a literal early.
file(READ ${SQL} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
if(KIND STREQUAL "seed")
  set(header seed_file)
  set(type seed_file)
else()
  set(header sql_file)
  set(type migration)
endif()
file(WRITE ${OUTPUT} "#include \"lightdash/migrate/${header}.hpp\"

lightdash::migrate::${type} ${FUNCTION}();
lightdash::migrate::${type} ${FUNCTION}()
{
    static constexpr unsigned char text[] = {
${bytes}0};
    return lightdash::migrate::parse_${header}(\"${FILE}\", {reinterpret_cast<const char*>(text), sizeof text - 1});
}
")
