-- A file that is found is the module, even if it cannot be loaded.
package.path = "/"
print(pcall(require, "x"))
-- expect: false	error loading module 'x' from file '/':
-- expect: 	cannot read /: Is a directory
