# migrations/*.sql are embedded as text, migrations/*.cpp compiled; both register themselves by name.
add_library(lightdash_migrations INTERFACE)
target_link_libraries(lightdash_migrations INTERFACE lightdash_migrate)
