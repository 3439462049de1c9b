-- One statement a paragraph. Collation "C" turns A to Z into capitals and nothing else, as SQLite does.
-- An owner whose name is copied is locked against being renamed until the copy can be seen.

CREATE FUNCTION search_business_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM 1 FROM registry_owner WHERE id IN (SELECT owner_id FROM new_rows) ORDER BY id FOR SHARE;
  INSERT INTO registry_searchentry (business_id, own, owner_name, number)
  SELECT n.id, UPPER((n.name || CHR(10) || n.products || CHR(10) || n.nib) COLLATE "C"),
    COALESCE(UPPER(o.name COLLATE "C"), ''), ''
  FROM new_rows n LEFT JOIN registry_owner o ON o.id = n.owner_id;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_insert AFTER INSERT ON registry_business
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_insert()

CREATE FUNCTION search_business_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE registry_searchentry
  SET own = UPPER((n.name || CHR(10) || n.products || CHR(10) || n.nib) COLLATE "C")
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE business_id = n.id AND (o.name, o.products, o.nib) IS DISTINCT FROM (n.name, n.products, n.nib);
  IF EXISTS (
    SELECT 1 FROM new_rows n JOIN old_rows o USING (id) WHERE n.owner_id IS DISTINCT FROM o.owner_id
  ) THEN
    PERFORM 1 FROM registry_owner WHERE id IN (SELECT owner_id FROM new_rows) ORDER BY id FOR SHARE;
    UPDATE registry_searchentry SET owner_name = COALESCE(UPPER(p.name COLLATE "C"), '')
    FROM new_rows n JOIN old_rows o USING (id) LEFT JOIN registry_owner p ON p.id = n.owner_id
    WHERE business_id = n.id AND n.owner_id IS DISTINCT FROM o.owner_id;
  END IF;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_update AFTER UPDATE ON registry_business
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_update()

CREATE FUNCTION search_business_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM registry_searchentry USING old_rows WHERE business_id = old_rows.id;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_delete AFTER DELETE ON registry_business
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_delete()

CREATE FUNCTION search_business_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM registry_searchentry;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_truncate AFTER TRUNCATE ON registry_business
FOR EACH STATEMENT EXECUTE FUNCTION search_business_truncate()

CREATE FUNCTION search_owner_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE registry_searchentry SET owner_name = UPPER(n.name COLLATE "C")
  FROM new_rows n JOIN old_rows o USING (id) JOIN registry_business b ON b.owner_id = n.id
  WHERE business_id = b.id AND o.name <> n.name;
  RETURN NULL;
END $$

CREATE TRIGGER search_owner_update AFTER UPDATE ON registry_owner
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_owner_update()

CREATE FUNCTION search_number_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE registry_searchentry e SET number = UPPER(n.number COLLATE "C")
  FROM new_rows n WHERE e.business_id = n.business_id AND n.number <> '';
  RETURN NULL;
END $$

CREATE TRIGGER search_number_insert AFTER INSERT ON registry_registration
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_insert()

CREATE FUNCTION search_number_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE registry_searchentry e SET number = ''
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE e.business_id = o.business_id AND o.business_id <> n.business_id;
  UPDATE registry_searchentry e SET number = UPPER(n.number COLLATE "C")
  FROM new_rows n JOIN old_rows o USING (id)
  WHERE e.business_id = n.business_id
    AND (o.number, o.business_id) IS DISTINCT FROM (n.number, n.business_id);
  RETURN NULL;
END $$

CREATE TRIGGER search_number_update AFTER UPDATE ON registry_registration
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_update()

CREATE FUNCTION search_number_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE registry_searchentry e SET number = ''
  FROM old_rows o WHERE e.business_id = o.business_id AND e.number <> '';
  RETURN NULL;
END $$

CREATE TRIGGER search_number_delete AFTER DELETE ON registry_registration
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_delete()
