#!/usr/bin/env bash
# Builds the book with mdBook: target/book/html/index.html. Pages of the repository that the book links to become chapters of it; links to
# other files lose their target. Fails where a link of the result leads nowhere, and where SUMMARY.md does not list a page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

staged=target/book/src
rm -rf target/book
mkdir -p "$staged"
cp book/*.md "$staged"
sed -e 's#^src = .*#src = "src"#; s#^build-dir = .*#build-dir = "html"#' book/book.toml > target/book/book.toml
cp bench/results/*.svg "$staged"

chapters='SECURITY|ARCHITECTURE|CONTRIBUTING|CHANGELOG'
printf '\n# The repository\n\n' >> "$staged/SUMMARY.md"
for chapter in ${chapters//|/ }; do
  sed 's#](book/#](#g' "$chapter.md" > "$staged/$chapter.md"
  title=$(sed -n 's/^# //p;T;q' "$chapter.md")
  printf -- '- [%s](%s.md)\n' "$title" "$chapter" >> "$staged/SUMMARY.md"
done
# Chapters and charts lie beside the pages now. What else is outside is named without a link.
sed -i -E \
  -e "s#\]\(\.\./($chapters)\.md#](\1.md#g" \
  -e 's#\]\((\.\./)?bench/results/([a-z]+\.svg)\)#](\2)#g' \
  -e 's#\[([^][]*)\]\((\.\.|bench|crates|tests|fuzz|web)/[^)]*\)#\1#g' \
  "$staged"/*.md
# mdBook makes index.html of README.md, and leaves links as they are.
find "$staged" -name '*.md' ! -name SUMMARY.md -exec sed -i 's#](README\.md#](index.md#g' {} +

mdbook build target/book

for page in book/*.md; do
  page=$(basename "$page")
  [ "$page" = SUMMARY.md ] || grep -q "]($page)" book/SUMMARY.md || { echo "SUMMARY.md does not list $page"; exit 1; }
done

# Links within the result.
cd target/book/html
broken=$(
  grep -oE '(href|src)="[^"#]+' ./*.html | grep -v '"[a-z]*:' | sed -E 's#^\./([^:]*):(href|src)="#\1 #' | sort -u | while read -r page link; do
    [ -e "${link%%\?*}" ] || printf '%s: %s\n' "$page" "$link"
  done
)
if [ -n "$broken" ]; then
  printf 'These links lead nowhere:\n%s\n' "$broken"
  exit 1
fi
