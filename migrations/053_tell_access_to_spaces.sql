-- migrate:up

-- What a user may do with what lies in a space, as the API tells it of content: an array of one, or an empty one. A role in the
-- organization or the project must be there; a grant in the space decides, also where it is the weaker one; without one the role does, in
-- spaces that inherit.
CREATE FUNCTION space_access_of(of_user UUID, of_role TEXT, in_space UUID) RETURNS JSONB LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  roles CONSTANT TEXT[] := ARRAY['viewer', 'interactive_viewer', 'editor', 'developer', 'admin'];
  in_organization INT := coalesce(array_position(roles, of_role), 0);
  in_project INT := 0;
  granted INT := 0;
  open BOOLEAN := true;
  of_project UUID;
  strongest INT;
  effective INT;
BEGIN
  IF in_organization < 5 AND in_space IS NOT NULL THEN -- an admin of the organization needs no look
    SELECT s.project_id, s.inherits INTO of_project, open FROM spaces s WHERE s.id = in_space;
    in_project := project_role_of(of_user, of_project);
    granted := space_grant_of(of_user, in_space);
  END IF;
  strongest := greatest(in_organization, in_project);
  effective := CASE
    WHEN strongest = 5 THEN 3
    WHEN strongest = 0 THEN 0
    WHEN granted > 0 THEN granted
    WHEN NOT open THEN 0
    WHEN strongest >= 3 THEN 2
    ELSE 1
  END;
  IF effective = 0 THEN
    RETURN '[]';
  END IF;
  RETURN jsonb_build_array(jsonb_build_object(
    'userUuid', of_user,
    'role', (ARRAY['viewer', 'editor', 'admin'])[effective],
    'hasDirectAccess', granted > 0,
    'inheritedRole', roles[strongest],
    'inheritedFrom', CASE WHEN in_project > in_organization THEN 'project' ELSE 'organization' END,
    'projectRole', CASE WHEN in_project > 0 THEN roles[in_project] END));
END
$$;

-- migrate:down

DROP FUNCTION space_access_of(UUID, TEXT, UUID);
