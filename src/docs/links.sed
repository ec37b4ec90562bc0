# Filters Markdown for the reference: links examples to their pages, drops anchors of headings, and turns links to files without
# a page into plain text.
s/\]\(([a-z_]+)\.cpp\)/](\1_8cpp-example.html)/g
s/\]\(([^)#]*README\.md)#[^)]*\)/](\1)/g
s/\[([^]]*)\]\((#[^)]*|[^):]*\.(hpp|sbatch)|[^):]*(table|CONTRIBUTING)\.md)\)/\1/g
