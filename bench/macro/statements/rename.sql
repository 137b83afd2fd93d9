-- One dashboard's name, in one statement.
update dashboards set name = 'Renamed' where id = :dashboard returning id, name, updated_at;
