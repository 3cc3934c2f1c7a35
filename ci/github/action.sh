#!/usr/bin/env bash
# The steps of `action.yml`: `action.sh build`, `action.sh report`, `action.sh gate`.
#
# Whatever an author of a pull request can choose (names of branches, titles, paths) comes in by the environment and is only ever
# used as a quoted word. What a step finds out goes to $GITHUB_OUTPUT; `report` never fails because of what it finds, `gate` does.
set -euo pipefail

# The compiler that builds scopec: that of `rust-version` in Cargo.toml.
readonly rust=1.95.0

# tell KIND MESSAGE: an annotation of the run (`notice`, `warning`, `error`), on one line as the runner reads it.
tell() {
  local text=$2
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::%s title=scopec::%s\n' "$1" "$text"
}

# put NAME VALUE: an output of this step. A value with a line end could smuggle in another output, so there is none.
put() {
  printf '%s=%s\n' "$1" "${2//[$'\r\n']/ }" >>"$GITHUB_OUTPUT"
}

# Finds or builds scopec; gives its path.
build() {
  local binary=${SCOPEC_BINARY:-} root
  if [ -n "$binary" ]; then
    binary=$(realpath -m -- "$binary")
    if [ ! -x "$binary" ]; then
      tell error "there is no program at \`$binary\`, which the input \`binary\` names"
      return 2
    fi
    put scopec "$binary"
    return
  fi
  root=$RUNNER_TEMP/scopec
  if ! command -v rustup >/dev/null; then
    tell error "scopec is built from source here and there is no \`rustup\` on this runner; install one, or name a program with the input \`binary\`"
    return 2
  fi
  rustup toolchain install "$rust" --profile minimal --no-self-update
  # From the action's folder: a `rust-toolchain.toml` or a `.cargo/config.toml` of the pull request has no say in how the judge is built.
  (cd "$GITHUB_ACTION_PATH" && cargo "+$rust" install --locked --path . --root "$root" --bin scopec)
  put scopec "$root/bin/scopec"
}

# git as here, with the token for the server alone. It goes by the environment, where no list of processes shows it. The empty value before
# it takes back the header that a checkout which kept its credentials has set: a server refuses two of them.
fetch() {
  local basic key=http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader
  if [ -z "${GH_TOKEN:-}" ]; then
    git fetch "$@"
    return
  fi
  basic=$(printf 'x-access-token:%s' "$GH_TOKEN" | base64 -w0)
  GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=$key GIT_CONFIG_VALUE_0='' GIT_CONFIG_KEY_1=$key GIT_CONFIG_VALUE_1="AUTHORIZATION: basic $basic" \
    GIT_TERMINAL_PROMPT=0 git fetch "$@"
}

# The revision to compare with; nothing where there is none.
#
# The event's base is what the branch was when the event was made. What is checked out may be a merge into a younger one, whose first
# parent is then the true base: with the other, changes that others have merged since would count as changes of this pull request.
# The parents are read from the commit itself, since a shallow clone hides them from everything else.
base() {
  local parents
  if [ -n "${SCOPEC_BASE:-}" ]; then
    printf '%s\n' "$SCOPEC_BASE"
    return
  fi
  mapfile -t parents < <(git cat-file commit HEAD | sed -n '/^$/q; s/^parent //p')
  if [ ${#parents[@]} = 2 ] && [ -n "${SCOPEC_EVENT_HEAD:-}" ] && [ "${parents[1]}" = "$SCOPEC_EVENT_HEAD" ]; then
    printf '%s\n' "${parents[0]}"
  elif [[ ! ${SCOPEC_EVENT_BASE:-} =~ ^0*$ ]]; then
    printf '%s\n' "$SCOPEC_EVENT_BASE"
  fi
}

# present REVISION: whether the commit is here, after fetching it where it is not.
present() {
  [[ $1 != -* ]] || return 1
  git cat-file -e "$1^{commit}" 2>/dev/null && return
  # Only a full hash can be asked for by itself; a branch would be fetched under another name than it is asked for later.
  [[ $1 =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]] || return 1
  fetch --quiet --depth=1 --no-tags origin "$1" && git cat-file -e "$1^{commit}" 2>/dev/null
}

# word NAME FILE: the first value of that name in a JSON file; a plain word near its beginning.
word() {
  local text
  text=$(head -c 4096 -- "$2")
  if [[ $text =~ \"$1\":\ *\"([a-z]+)\" ]]; then
    printf '%s\n' "${BASH_REMATCH[1]}"
  fi
}

# Checks, compares, and says so everywhere.
report() {
  local project=${SCOPEC_PROJECT:-.} out=$RUNNER_TEMP/scopec-report base='' check=0 diff=0 verdict='' governance='' how=() gates=() denied one
  rm -rf "$out"
  mkdir -p "$out"
  if [ ! -d "$project" ]; then
    tell error "there is no folder \`$project\`, which the input \`project\` names; is the repository checked out?"
    return 2
  fi
  base=$(base)
  if [ -n "$base" ] && ! present "$base"; then
    if [ "${GITHUB_EVENT_NAME:-}" = push ] && [ -z "${SCOPEC_BASE:-}" ]; then
      # What a branch was before it was pushed over by force may be nowhere any more.
      tell warning "the commit before this push, \`$base\`, cannot be fetched, so nothing is compared"
    else
      tell error "the base \`$base\` is not in this clone and cannot be fetched; check out with \`fetch-depth: 2\` (a pull request), with \`fetch-depth: 0\` (any base), or give the token \`contents: read\`"
      diff=2
    fi
    base=''
  fi
  if [ "${GITHUB_EVENT_NAME:-}" = schedule ]; then
    how=(--scheduled)
  elif [ -n "$base" ]; then
    how=(--since "$base")
  fi

  # What is found annotates the lines of the pull request; the same goes to code scanning.
  "$SCOPEC" check "${how[@]}" --format github "$project" || check=$?
  "$SCOPEC" check "${how[@]}" --format sarif "$project" >"$out/scopec.sarif" || true
  put sarif "$out/scopec.sarif"

  if [ -n "$base" ]; then
    read -r -d '' -a denied <<<"${SCOPEC_DENY//,/ }" || true
    for one in "${denied[@]}"; do
      gates+=(--deny "$one")
    done
    [ "${SCOPEC_REQUIRE_APPROVAL:-false}" != true ] || gates+=(--require-approval)
    "$SCOPEC" diff --project "$project" --format json "$base" >"$out/changes.json" 2>"$out/said" || diff=$?
    if [ "$diff" -le 1 ]; then
      diff=0
      verdict=$(word verdict "$out/changes.json")
      governance=$(word governance "$out/changes.json")
      put verdict "$verdict"
      put governance "$governance"
      put json "$out/changes.json"
      "$SCOPEC" diff --project "$project" --format markdown "${gates[@]}" "$base" >"$out/diff.md" 2>"$out/said" || diff=$?
    fi
    # What the gates say belongs into the log beside the annotations.
    cat "$out/said" >&2
    if [ "$diff" -le 1 ]; then
      put markdown "$out/diff.md"
      cat "$out/diff.md" >>"$GITHUB_STEP_SUMMARY"
      comment "$out/diff.md" "$verdict" "$governance"
    else
      tell error "nothing could be compared with \`$base\`: $(cat "$out/said")"
    fi
  elif [ "$diff" = 0 ]; then
    tell notice "nothing to compare with: this run is of no pull request, and the input \`base\` is empty"
  fi
  put check-status "$check"
  put diff-status "$diff"
}

# comment FILE VERDICT GOVERNANCE: writes or rewrites the project's comment in the pull request. What cannot be written is said and is no
# failure: the token of a pull request from a fork may not write, and the summary has it all.
comment() {
  local owner=${GITHUB_REPOSITORY%%/*} name=${GITHUB_REPOSITORY#*/} number=${SCOPEC_PULL_REQUEST:-} marker found id='' subject='' kind first rest
  [ "${SCOPEC_COMMENT:-true}" = true ] && [ -n "$number" ] || return 0
  # The first line, which names the project's folder where that is not the whole repository: one comment for each project.
  marker=$(head -n 1 -- "$1")

  # Only a comment of one's own is rewritten: the marker alone could be anybody's.
  # The words between single quotes with a dollar are GraphQL's variables and gh's own language of filters.
  # shellcheck disable=SC2016
  if ! found=$(gh api graphql --paginate -f "owner=$owner" -f "name=$name" -F "number=$number" -f query='
      query($owner: String!, $name: String!, $number: Int!, $endCursor: String) {
        repository(owner: $owner, name: $name) {
          pullRequest(number: $number) {
            id
            comments(first: 100, after: $endCursor) {
              nodes { id viewerDidAuthor body }
              pageInfo { hasNextPage endCursor }
            }
          }
        }
      }' --jq '.data.repository.pullRequest
        | "subject \(.id)", (.comments.nodes[] | select(.viewerDidAuthor)
          | "comment \(.id) \(.body | split("\n")[0] // "" | rtrimstr("\r"))")'); then
    tell warning 'the comments of the pull request cannot be read; the changes are in the summary of the run'
    return
  fi
  while read -r kind first rest; do
    case $kind in
      subject) subject=$first ;;
      comment) [ -n "$id" ] || [ "$rest" != "$marker" ] || id=$first ;;
    esac
  done <<<"$found"

  # Nothing to say is said only where something else was said before.
  [ -n "$id" ] || [ "$2 $3" != 'same same' ] || return 0
  # shellcheck disable=SC2016
  if [ -n "$id" ]; then
    gh api graphql --silent -f "id=$id" -F "body=@$1" -f query='
      mutation($id: ID!, $body: String!) { updateIssueComment(input: {id: $id, body: $body}) { clientMutationId } }'
  else
    gh api graphql --silent -f "subject=$subject" -F "body=@$1" -f query='
      mutation($subject: ID!, $body: String!) { addComment(input: {subjectId: $subject, body: $body}) { clientMutationId } }'
  fi || tell warning 'the comment cannot be written, as for a pull request from a fork; with `pull-requests: write` it can. The changes are in the summary of the run'
}

# Fails where something must not pass: with 2 where something could not be understood, else with 1.
gate() {
  local check=${SCOPEC_CHECK_STATUS:-2} diff=${SCOPEC_DIFF_STATUS:-2}
  case $check in
    0) ;;
    1) tell error 'the check has found errors; they stand at their lines' ;;
    *) tell error 'the project cannot be read; the log of the step before says why' ;;
  esac
  case $diff in
    0) ;;
    1) tell error 'the change does not pass its gates; the comment and the summary say what it adds' ;;
    *) tell error 'the change cannot be compared with its base; the log of the step before says why' ;;
  esac
  [ "$check" -ge "$diff" ] || check=$diff
  return "$check"
}

case ${1:-} in
  build | report | gate) "$1" ;;
  *)
    printf 'usage: %s build|report|gate\n' "$0" >&2
    exit 2
    ;;
esac
