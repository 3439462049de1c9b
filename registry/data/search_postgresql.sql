-- One statement a paragraph. Collation "C" turns A to Z into capitals and nothing else, as SQLite does.
-- An owner whose name is copied is locked against being renamed until the copy can be seen.
-- A session keeps the plans of a function, and one made while the register was empty reads whole tables once it is full.
-- So every table is looked up by key here: a row at a time, or by an array of keys, which no plan can do otherwise.

CREATE FUNCTION search_business_insert() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  PERFORM 1 FROM registry_owner WHERE id = ANY (ARRAY(SELECT owner_id FROM new_rows)) ORDER BY id FOR SHARE;
  INSERT INTO registry_searchentry (business_id, own, owner_name, number)
  SELECT n.id, UPPER((n.name || CHR(10) || n.products || CHR(10) || n.nib) COLLATE "C"),
    COALESCE((SELECT UPPER(o.name COLLATE "C") FROM registry_owner o WHERE o.id = n.owner_id), ''), ''
  FROM new_rows n;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_insert AFTER INSERT ON registry_business
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_insert()

CREATE FUNCTION search_business_update() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ DECLARE this record; BEGIN
  FOR this IN SELECT n.* FROM new_rows n JOIN old_rows o USING (id)
    WHERE (o.name, o.products, o.nib) IS DISTINCT FROM (n.name, n.products, n.nib) LOOP
    UPDATE registry_searchentry
    SET own = UPPER((this.name || CHR(10) || this.products || CHR(10) || this.nib) COLLATE "C")
    WHERE business_id = this.id;
  END LOOP;
  IF EXISTS (
    SELECT 1 FROM new_rows n JOIN old_rows o USING (id) WHERE n.owner_id IS DISTINCT FROM o.owner_id
  ) THEN
    PERFORM 1 FROM registry_owner WHERE id = ANY (ARRAY(SELECT owner_id FROM new_rows)) ORDER BY id FOR SHARE;
    FOR this IN SELECT n.id, n.owner_id FROM new_rows n JOIN old_rows o USING (id)
      WHERE n.owner_id IS DISTINCT FROM o.owner_id LOOP
      UPDATE registry_searchentry
      SET owner_name = COALESCE((SELECT UPPER(p.name COLLATE "C") FROM registry_owner p WHERE p.id = this.owner_id), '')
      WHERE business_id = this.id;
    END LOOP;
  END IF;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_update AFTER UPDATE ON registry_business
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_update()

CREATE FUNCTION search_business_delete() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  DELETE FROM registry_searchentry WHERE business_id = ANY (ARRAY(SELECT id FROM old_rows));
  RETURN NULL;
END $$

CREATE TRIGGER search_business_delete AFTER DELETE ON registry_business
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_business_delete()

CREATE FUNCTION search_business_truncate() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  DELETE FROM registry_searchentry;
  RETURN NULL;
END $$

CREATE TRIGGER search_business_truncate AFTER TRUNCATE ON registry_business
FOR EACH STATEMENT EXECUTE FUNCTION search_business_truncate()

CREATE FUNCTION search_owner_update() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ DECLARE this record; BEGIN
  FOR this IN SELECT n.id, n.name FROM new_rows n JOIN old_rows o USING (id) WHERE o.name <> n.name LOOP
    UPDATE registry_searchentry SET owner_name = UPPER(this.name COLLATE "C")
    WHERE business_id = ANY (ARRAY(SELECT b.id FROM registry_business b WHERE b.owner_id = this.id));
  END LOOP;
  RETURN NULL;
END $$

CREATE TRIGGER search_owner_update AFTER UPDATE ON registry_owner
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_owner_update()

CREATE FUNCTION search_number_insert() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ DECLARE this record; BEGIN
  FOR this IN SELECT n.business_id, n.number FROM new_rows n WHERE n.number <> '' LOOP
    UPDATE registry_searchentry SET number = UPPER(this.number COLLATE "C") WHERE business_id = this.business_id;
  END LOOP;
  RETURN NULL;
END $$

CREATE TRIGGER search_number_insert AFTER INSERT ON registry_registration
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_insert()

CREATE FUNCTION search_number_update() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ DECLARE this record; BEGIN
  FOR this IN SELECT o.business_id FROM new_rows n JOIN old_rows o USING (id)
    WHERE o.business_id <> n.business_id LOOP
    UPDATE registry_searchentry SET number = '' WHERE business_id = this.business_id;
  END LOOP;
  FOR this IN SELECT n.business_id, n.number FROM new_rows n JOIN old_rows o USING (id)
    WHERE (o.number, o.business_id) IS DISTINCT FROM (n.number, n.business_id) LOOP
    UPDATE registry_searchentry SET number = UPPER(this.number COLLATE "C") WHERE business_id = this.business_id;
  END LOOP;
  RETURN NULL;
END $$

CREATE TRIGGER search_number_update AFTER UPDATE ON registry_registration
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_update()

CREATE FUNCTION search_number_delete() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$ BEGIN
  UPDATE registry_searchentry SET number = ''
  WHERE business_id = ANY (ARRAY(SELECT business_id FROM old_rows)) AND number <> '';
  RETURN NULL;
END $$

CREATE TRIGGER search_number_delete AFTER DELETE ON registry_registration
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION search_number_delete()
