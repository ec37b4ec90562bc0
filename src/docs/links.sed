# Filters Markdown for the reference: examples have pages of their own, headings have no anchors, and a file without a page is
# named only.
s/\]\(([a-z_]+)\.cpp\)/](\1_8cpp-example.html)/g
s/\]\(([^)#]*README\.md)#[^)]*\)/](\1)/g
s/\[([^]]*)\]\((#[^)]*|[^):]*\.(hpp|sbatch))\)/\1/g
