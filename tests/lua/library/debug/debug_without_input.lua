print(debug.debug()) -- expect: 
