-- A file that is found is the module, whether it can be loaded or not.
package.path = "/"
print(pcall(require, "x"))
-- expect: false	error loading module 'x' from file '/':
-- expect: 	cannot read /: Is a directory
