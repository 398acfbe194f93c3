//! What PUC-Rio Lua 5.4 says of patterns, and what it can not be asked: stopping and going on.
//!
//! The rows of `CASES` were printed by `lua5.4`. A random test of some 900,000 patterns and
//! subjects against it, in which each also ran with one unit of fuel at a time, found no
//! difference; some of its cases are kept.

use super::*;
use fife_arena::{Arena, Rootable};

/// Subject, pattern, what `string.find` gives, what `string.gmatch` gives one after the other,
/// and what `string.gsub` makes of it with the replacement `{%0}`.
type Case = (&'static [u8], &'static [u8], &'static [u8], &'static [u8], &'static [u8]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Chosen by hand.
    (b"hello world", b"o w", b"5-7", b"<o w>", b"hell{o w}orld"),
    (b"hello", b"l+", b"3-4", b"<ll>", b"he{ll}o"),
    (b"hello", b"xyz", b"nil", b"", b"hello"),
    (b"", b".", b"nil", b"", b""),
    (b"", b".*", b"1-0", b"<>", b"{}"),
    (b"abc", b"a.-c", b"1-3", b"<abc>", b"{abc}"),
    (b"aaab", b"a-b", b"1-4", b"<aaab>", b"{aaab}"),
    (b"key = value", b"(%w+)%s*=%s*(%w+)", b"1-11 <key> <value>", b"<key> <value>", b"{key = value}"),
    (b"abc", b"()b()", b"2-2 @2 @3", b"@2 @3", b"a{b}c"),
    (b"abc", b"^b", b"nil", b"", b"abc"),
    (b"abc", b"c$", b"3-3", b"<c>", b"ab{c}"),
    (b"a$c", b"$c", b"2-3", b"<$c>", b"a{$c}"),
    (b"a^c", b"a^", b"1-2", b"<a^>", b"{a^}c"),
    (b"^ab", b"^^a", b"1-2", b"", b"{^a}b"),
    (b"f(a(b)c)d)", b"%b()", b"2-8", b"<(a(b)c)>", b"f{(a(b)c)}d)"),
    (b"((x)", b"%b()", b"2-4", b"<(x)>", b"({(x)}"),
    (b"=a=b=", b"%b==", b"1-3", b"<=a=>", b"{=a=}b="),
    (b"THE (quick) fox", b"%f[%a]%a+%f[%A]", b"1-3", b"<THE>; <quick>; <fox>", b"{THE} ({quick}) {fox}"),
    (b"foo.bar", b"%f[%w]%w+", b"1-3", b"<foo>; <bar>", b"{foo}.{bar}"),
    (b"x", b"%f[%z]", b"2-1", b"<>", b"x{}"),
    (b"\x00x", b"%f[%z].", b"nil", b"", b"\x00x"),
    (b"abab", b"(ab)%1", b"1-4 <ab>", b"<ab>", b"{abab}"),
    (b"abba", b"((a)(b))%3%2", b"1-4 <ab> <a> <b>", b"<ab> <a> <b>", b"{abba}"),
    (b"xyzxy", b"(.)(.)%1", b"nil", b"", b"xyzxy"),
    (b"]", b"[]]", b"1-1", b"<]>", b"{]}"),
    (b"a]b", b"[^]]", b"1-1", b"<a>; <b>", b"{a}]{b}"),
    (b"a-b", b"[a-]+", b"1-2", b"<a->", b"{a-}b"),
    (b"a-b", b"[%a-]+", b"1-3", b"<a-b>", b"{a-b}"),
    (b"a%b", b"[%%]", b"2-2", b"<%>", b"a{%}b"),
    (b"z", b"[z-a]", b"nil", b"", b"z"),
    (b"%]x", b"[a-%%]x", b"2-3", b"<]x>", b"%{]x}"),
    (b"a]", b"[a-%]]+", b"2-2", b"<]>", b"a{]}"),
    (b"^a", b"[%^a]+", b"1-2", b"<^a>", b"{^a}"),
    (b"b^", b"[b^]+", b"1-2", b"<b^>", b"{b^}"),
    (b"\x00a\x00", b"%z", b"1-1", b"<\x00>; <\x00>", b"{\x00}a{\x00}"),
    (b"a\x00b", b"a%zb", b"1-3", b"<a\x00b>", b"{a\x00b}"),
    (b"a\x00b", b"[%z]b", b"2-3", b"<\x00b>", b"a{\x00b}"),
    (b"\xe9\xff", b"[\xe0-\xff]+", b"1-2", b"<\xe9\xff>", b"{\xe9\xff}"),
    (b"\xe9", b"%a", b"nil", b"", b"\xe9"),
    (b"\x0b\x0c \x09", b"%s+", b"1-4", b"<\x0b\x0c \x09>", b"{\x0b\x0c \x09}"),
    (b"!~ \x7f", b"%g+", b"1-2", b"<!~>", b"{!~} \x7f"),
    (b"a.b", b"a%.b", b"1-3", b"<a.b>", b"{a.b}"),
    (b"aXb1_", b"%W", b"5-5", b"<_>", b"aXb1{_}"),
    (b"aXb1_", b"%u%l%d", b"2-4", b"<Xb1>", b"a{Xb1}_"),
    (b"0xFf", b"%x+", b"1-1", b"<0>; <Ff>", b"{0}x{Ff}"),
    (b"\x01\x02a", b"%c+", b"1-2", b"<\x01\x02>", b"{\x01\x02}a"),
    (b"a,b;c", b"%p", b"2-2", b"<,>; <;>", b"a{,}b{;}c"),
    (b"abc", b"a?b?c?d?", b"1-3", b"<abc>", b"{abc}"),
    (b"aaa", b"a?a?a?a?aaa", b"1-3", b"<aaa>", b"{aaa}"),
    (b"aXXbXXc", b"(.*)XX(.*)", b"1-7 <aXXb> <c>", b"<aXXb> <c>", b"{aXXbXXc}"),
    (b"  trim  ", b"^%s*(.-)%s*$", b"1-8 <trim>", b"", b"{  trim  }"),
    (b"a,b,,c", b",*", b"1-0", b"<>; <,>; <,,>; <>", b"{}a{,}b{,,}c{}"),
    (b"a,b,,c", b"([^,]*)", b"1-1 <a>", b"<a>; <b>; <>; <c>", b"{a},{b},{},{c}"),
    (b"abc", b"b*", b"1-0", b"<>; <b>; <>", b"{}a{b}c{}"),
    (b"one;;two", b";*", b"1-0", b"<>; <>; <>; <;;>; <>; <>; <>", b"{}o{}n{}e{;;}t{}w{}o{}"),
    (b"hello world from Lua", b"%f[%a]%u?%l+", b"1-5", b"<hello>; <world>; <from>; <Lua>", b"{hello} {world} {from} {Lua}"),
    (b"2024-01-31", b"(%d+)-(%d+)-(%d+)", b"1-10 <2024> <01> <31>", b"<2024> <01> <31>", b"{2024-01-31}"),
    (b"path/to/file.txt", b"([^/]+)%.(%w+)$", b"9-16 <file> <txt>", b"<file> <txt>", b"path/to/{file.txt}"),
    (b"aaa=", b"%a+=", b"1-4", b"<aaa=>", b"{aaa=}"),
    (b"aaa!", b"%a+=", b"nil", b"", b"aaa!"),
    (b"  x  ", b"%s+$", b"4-5", b"<  >", b"  x{  }"),
    (b"xx  y  ", b"%s*$", b"6-7", b"<  >", b"xx  y{  }"),
    (b"a1b22c", b"%a%d*", b"1-2", b"<a1>; <b22>; <c>", b"{a1}{b22}{c}"),
    (b"key1=12; ", b"(key%d+)=(%d+);%s*$", b"1-9 <key1> <12>", b"<key1> <12>", b"{key1=12; }"),
    (b"etag beta ", b"[aeiou]ta%s", b"7-10", b"<eta >", b"etag b{eta }"),
    (b"*a", b"*a", b"1-2", b"<*a>", b"{*a}"),
    (b"+-", b"+-", b"1-0", b"<>; <>; <>", b"{}+{}-{}"),
    (b"a**", b"a**", b"1-2", b"<a*>; <*>", b"{a*}{*}"),
    (b"a+", b"a%+", b"1-2", b"<a+>", b"{a+}"),
    (b"$$", b"$+$", b"1-2", b"<$$>", b"{$$}"),
    (b"ab$", b"b$$", b"2-3", b"<b$>", b"a{b$}"),
    (b"a", b"a$?", b"1-1", b"<a>", b"{a}"),
    (b"--[[x]]", b"%-%-%[%[(.-)%]%]", b"1-7 <x>", b"<x>", b"{--[[x]]}"),
    (b"a", b"(", b"error: unfinished capture", b"error: unfinished capture", b"{}a{}"),
    (b"a", b"a)", b"nil", b"error: invalid pattern capture", b"error: invalid pattern capture"),
    (b"a", b"(a", b"error: unfinished capture", b"error: unfinished capture", b"{a}"),
    (b"a", b"()", b"1-0 @1", b"@1; @2", b"{}a{}"),
    (b"a", b"(()", b"error: unfinished capture", b"error: unfinished capture", b"{}a{}"),
    (b"a", b"%", b"error: malformed pattern (ends with '%')", b"error: malformed pattern (ends with '%')", b"error: malformed pattern (ends with '%')"),
    (b"a", b"a%", b"error: malformed pattern (ends with '%')", b"error: malformed pattern (ends with '%')", b"error: malformed pattern (ends with '%')"),
    (b"a", b"b%", b"nil", b"", b"a"),
    (b"a", b"[", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"[a", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"[]", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"[^", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"[a%", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"[%]", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"b[", b"nil", b"", b"a"),
    (b"a", b"%b", b"error: malformed pattern (missing arguments to '%b')", b"error: malformed pattern (missing arguments to '%b')", b"error: malformed pattern (missing arguments to '%b')"),
    (b"a", b"%bx", b"error: malformed pattern (missing arguments to '%b')", b"error: malformed pattern (missing arguments to '%b')", b"error: malformed pattern (missing arguments to '%b')"),
    (b"a", b"%f", b"error: missing '[' after '%f' in pattern", b"error: missing '[' after '%f' in pattern", b"error: missing '[' after '%f' in pattern"),
    (b"a", b"%fa", b"error: missing '[' after '%f' in pattern", b"error: missing '[' after '%f' in pattern", b"error: missing '[' after '%f' in pattern"),
    (b"a", b"%f[a", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')", b"error: malformed pattern (missing ']')"),
    (b"a", b"%1", b"error: invalid capture index %1", b"error: invalid capture index %1", b"error: invalid capture index %1"),
    (b"a", b"%0", b"error: invalid capture index %0", b"error: invalid capture index %0", b"error: invalid capture index %0"),
    (b"a", b"(a)%2", b"error: invalid capture index %2", b"error: invalid capture index %2", b"error: invalid capture index %2"),
    (b"a", b"(a%1)", b"error: invalid capture index %1", b"error: invalid capture index %1", b"error: invalid capture index %1"),
    (b"aa", b"()%1", b"nil", b"", b"aa"),
    (b"a", b"(a)(%2)", b"error: invalid capture index %2", b"error: invalid capture index %2", b"error: invalid capture index %2"),
    (b"a", b"()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()", b"1-0 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1", b"@1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1 @1; @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2 @2", b"{}a{}"),
    (b"a", b"()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()()", b"error: too many captures", b"error: too many captures", b"error: too many captures"),
    (b"a", b"(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)", b"nil", b"", b"a"),
    (b"a", b"a)(", b"error: invalid pattern capture", b"error: invalid pattern capture", b"error: invalid pattern capture"),
    (b"b", b"a).", b"nil", b"", b"b"),
    (b"aaaaaaaaaaaaaaaaaaaa", b"a*a*a*b", b"nil", b"", b"aaaaaaaaaaaaaaaaaaaa"),
    (b"aaaaaaaaaaaaaaaaaaaab", b"(a-)(a*)(a?)b", b"1-21 <> <aaaaaaaaaaaaaaaaaaaa> <>", b"<> <aaaaaaaaaaaaaaaaaaaa> <>", b"{aaaaaaaaaaaaaaaaaaaab}"),
    (b"abcabcabc", b"(a.-)(b.-)c$", b"1-9 <a> <bcabcab>", b"<a> <bcabcab>", b"{abcabcabc}"),
    (b"x=1, y=22", b"(%w)=(%d-),?", b"1-2 <x> <>", b"<x> <>; <y> <>", b"{x=}1, {y=}22"),
    (b"aab", b"[a-z]-b", b"1-3", b"<aab>", b"{aab}"),
    (b"ab12", b"%a-%d+", b"1-4", b"<ab12>", b"{ab12}"),
    (b"ab12", b"[^%d]-%d", b"1-3", b"<ab1>; <2>", b"{ab1}{2}"),
    (b"abc123", b"%a-%d-$", b"1-6", b"<abc123>", b"{abc123}"),
    (b"abcd", b".-$", b"1-4", b"<abcd>", b"{abcd}"),
    (b"abc", b"(.-)()$", b"1-3 <abc> @4", b"<abc> @4", b"{abc}"),
    (b"ab ab", b"%w-%s", b"1-3", b"<ab >", b"{ab }ab"),
    (b"aXbX", b"[aX]-X", b"1-2", b"<aX>; <X>", b"{aX}b{X}"),
    (b"foobar", b"(foo)?", b"nil", b"", b"foobar"),
    (b"foo?", b"(foo)?", b"1-4 <foo>", b"<foo>", b"{foo?}"),
    (b"ab", b"a-?b", b"nil", b"", b"ab"),
    // Chosen from the random differential test.
    (b"babbcabb", b"c[^%d]+%a?[%a_]+", b"5-8", b"<cabb>", b"babb{cabb}"),
    (b"\x00-$]]x$abbA.% \x00 a", b"%S[]a](--%a-())", b"3-4 <> @5", b"<> @5; <> @9", b"\x00-{$]}]x{$a}bbA.% \x00 a"),
    (b"acacacacbb", b"%S*[%a_]?", b"1-10", b"<acacacacbb>", b"{acacacacbb}"),
    (b"aaababa", b"%a+%u*(())", b"1-7 <> @8", b"<> @8", b"{aaababa}"),
    (b"abbcaccaab", b"([a-c]+%g+)", b"1-10 <abbcaccaab>", b"<abbcaccaab>", b"{abbcaccaab}"),
    (b"$%-=b1Aa^a__a(", b"([%a_]%g1-[ab]())", b"8-10 <a^a> @11", b"<a^a> @11; <__a> @14", b"$%-=b1A{a^a}{__a}("),
    (b"caacabb", b"[%a-z]*()", b"1-7 @8", b"@8", b"{caacabb}"),
    (b")1^=^]c.baAab%a b", b"^%w*[c-a]?[^]]+()", b"1-5 @6", b"@6", b"{)1^=^}]c.baAab%a b"),
    (b"cbabbcbb", b"%S*(())$", b"1-8 <> @9", b"<> @9", b"{cbabbcbb}"),
    (b"cccbabababbaa", b"b+c*\x00*[%a_]+()", b"4-13 @14", b"@14", b"ccc{babababbaa}"),
    (b"aaabcbb", b"(([]a]*))", b"1-3 <aaa> <aaa>", b"<aaa> <aaa>; <> <>; <> <>; <> <>; <> <>", b"{aaa}b{}c{}b{}b{}"),
    (b"cabbbb", b"[^[c-a]+", b"1-6", b"<cabbbb>", b"{cabbbb}"),
    (b"aa((bA$1_-b2%)baca \x00-]", b"%S+[^]]", b"1-19", b"<aa((bA$1_-b2%)baca >; <\x00->", b"{aa((bA$1_-b2%)baca }{\x00-}]"),
    (b"bbbccbbb", b"%W-%a*[^ab]?([a-c]*)$", b"1-8 <>", b"<>", b"{bbbccbbb}"),
    (b"bcbcbbaab", b"[]a]?ab", b"7-9", b"<aab>", b"bcbcbb{aab}"),
    (b"acbccaca", b"[%a-z]+", b"1-8", b"<acbccaca>", b"{acbccaca}"),
    (b"aba)]=", b"([%a-z]*)", b"1-3 <aba>", b"<aba>; <>; <>; <>", b"{aba}){}]{}={}"),
    (b"b^2a(Ab-ca1b", b"[a-]-%p%d?%.?", b"2-3", b"<^2>; <a(>; <->", b"b{^2}{a(}Ab{-}ca1b"),
    (b"Aa(_x2x=.-a.xa2.^-_", b"[^%d]-%W[ab]+(())", b"7-11 <> @12", b"<> @12", b"Aa(_x2{x=.-a}.xa2.^-_"),
    (b"ccbababa", b"[%a_]-ab+", b"1-5", b"<ccbab>; <ab>", b"{ccbab}{ab}a"),
    (b"a\x00]2A]-", b"^[^]]*()", b"1-2 @3", b"", b"{a\x00}]2A]-"),
    (b"acabbbaabbc", b"([a-c][^]])", b"1-2 <ac>", b"<ac>; <ab>; <bb>; <aa>; <bb>", b"{ac}{ab}{bb}{aa}{bb}c"),
    (b"1b =$xb( 2cc", b"[%a_]*(())$", b"11-12 <> @13", b"<> @13", b"1b =$xb( 2{cc}"),
    (b"x%1abac1)^", b"%S*b(([%a-z]))", b"1-6 <a> <a>", b"<a> <a>", b"{x%1aba}c1)^"),
    (b"aabbaaabbacb", b"[a-c]*$", b"1-12", b"<aabbaaabbacb>", b"{aabbaaabbacb}"),
    (b"a-_(aab $x^-$xa] b= x$", b"[^ab]*%d-[%a-z]*x+()", b"8-14 @15", b"@15; @22", b"a-_(aab{ $x^-$x}a] b{= x}$"),
    (b"_))A_])b%", b"(]()%L?)", b"6-7 <])> @7", b"<])> @7", b"_))A_{])}b%"),
    (b"aabbaabacccb", b"^[%a-z]?%p*ab", b"1-3", b"", b"{aab}baabacccb"),
    (b"])$(b=^=cb^", b"%W().+(b)", b"1-10 @2 <b>", b"@2 <b>", b"{])$(b=^=cb}^"),
    (b"A A_x=b.", b"()b-%g*$", b"3-8 @3", b"@3", b"A {A_x=b.}"),
    (b"bcccba", b"[^]].[%a_]*(%L?[]a]+)", b"1-6 <a>", b"<a>", b"{bcccba}"),
    (b"acbaabc", b"%x*%S?\x00?", b"1-7", b"<acbaabc>", b"{acbaabc}"),
    (b"aaabbabacacca", b"[%a_]+(())", b"1-13 <> @14", b"<> @14", b"{aaabbabacacca}"),
    (b"1aa1b.\x00^ ]$Ab2__a\x00b", b"%c%g+%x-", b"7-8", b"<\x00^>; <\x00b>", b"1aa1b.{\x00^} ]$Ab2__a{\x00b}"),
    (b"cbaaccb", b"[a-]+()", b"3-4 @5", b"@5", b"cb{aa}ccb"),
    (b"aaabaaaba", b"c*[%a-z]+(%p*)", b"1-9 <>", b"<>", b"{aaabaaaba}"),
    (b"caacccababaaa", b"^[a-c]*", b"1-13", b"", b"{caacccababaaa}"),
    (b"a_b2\x00](a", b".*%A* *.", b"1-8", b"<a_b2\x00](a>", b"{a_b2\x00](a}"),
    (b"%ba2$2-1bb 1b", b"b?[a-](=*)", b"2-3 <>", b"<>; <>", b"%{ba}2$2{-}1bb 1b"),
    (b"1c)a)^%Ab\x00 b%)= ^", b"%Sa+=?()", b"3-4 @5", b"@5", b"1c{)a})^%Ab\x00 b%)= ^"),
    (b"b_-)2]cbba)baa1=b_baabb", b" -[^]]+%p", b"1-6", b"<b_-)2]>; <cbba)baa1=b_>", b"{b_-)2]}{cbba)baa1=b_}baabb"),
    (b"baaabba", b"[%a_]-abc?[%a_]", b"1-6", b"<baaabb>", b"{baaabb}a"),
    (b"bcbbcaaccc", b"[^ab]+(%x+)()", b"2-10 <bbcaaccc> @11", b"<bbcaaccc> @11", b"b{cbbcaaccc}"),
    (b")xc=%bxba(x.$$a\x00", b"%A ?[%a_]*", b"1-3", b"<)xc>; <=>; <%bxba>; <(x>; <.>; <$>; <$a>; <\x00>", b"{)xc}{=}{%bxba}{(x}{.}{$}{$a}{\x00}"),
    (b"aababbcbbbc", b"[ab]?%w", b"1-2", b"<aa>; <ba>; <bb>; <c>; <bb>; <bc>", b"{aa}{ba}{bb}{c}{bb}{bc}"),
    (b"aacabcabab", b"[ab]*%g-[%a-z]+()", b"1-10 @11", b"@11", b"{aacabcabab}"),
    (b"b ).2\x00a$ccacb\x00 c\x00b2^c", b"%a%x%Sc", b"9-12", b"<ccac>; <b2^c>", b"b ).2\x00a${ccac}b\x00 c\x00{b2^c}"),
    (b"A]abbb))%\x00 a", b"[a-].?(%g+)", b"3-9 <bb))%>", b"<bb))%>", b"A]{abbb))%}\x00 a"),
    (b"^b%x(b_^^bacA a-a\x00", b"[a-]%x*[^%d]%s*%x", b"11-15", b"<acA a>", b"^b%x(b_^^b{acA a}-a\x00"),
    (b"(xcb=b c ", b"^([^ab]*)", b"1-3 <(xc>", b"", b"{(xc}b=b c "),
    (b"bAb_$]ca_aaA-.]", b"[^%d]%L-%a?", b"1-2", b"<bA>; <b>; <_>; <$>; <]c>; <a>; <_a>; <aA>; <->; <.>; <]>", b"{bA}{b}{_}{$}{]c}{a}{_a}{aA}{-}{.}{]}"),
    (b"(\x00%-1xc-%_b b", b"1?[a-c]c*[a-]+", b"7-8", b"<c->", b"(\x00%-1x{c-}%_b b"),
    (b"](b$aA-_", b"[^[^]]*.-[]a]*%S", b"1-2", b"<](>; <b$>; <aA>; <-_>", b"{](}{b$}{aA}{-_}"),
    (b"aabbcbacccb", b"[a-c]a*", b"1-2", b"<aa>; <b>; <b>; <c>; <ba>; <c>; <c>; <c>; <b>", b"{aa}{b}{b}{c}{ba}{c}{c}{c}{b}"),
    (b"abbbcb", b"^%g%x()", b"1-2 @3", b"", b"{ab}bbcb"),
    (b"ccababcbcbacc", b"[ab]-[%a-z](.)", b"1-2 <c>", b"<c>; <b>; <b>; <b>; <b>; <c>", b"{cc}{ab}{ab}{cb}{cb}{ac}c"),
    (b"c)^aa=_", b"[a-]+%W-()", b"4-5 @6", b"@6", b"c)^{aa}=_"),
    (b"cb]aaccca]2b](b", b"[]a]%A([%a-z])$", b"13-15 <b>", b"<b>", b"cb]aaccca]2b{](b}"),
    (b"bacacba", b"([%[c-a]*[ab]*)", b"1-2 <ba>", b"<ba>; <a>; <ba>", b"{ba}c{a}c{ba}"),
    (b"bcaacbcbcbcba", b"^%a+-*[ab]%S*", b"1-13", b"", b"{bcaacbcbcbcba}"),
    (b"ccbababaa", b"a*[%a_]%.?[^%d]%.*[a-%%]?", b"1-2", b"<cc>; <ba>; <ba>; <ba>", b"{cc}{ba}{ba}{ba}a"),
    (b"caaccbabcca", b"^[%a-z]+(())", b"1-11 <> @12", b"", b"{caaccbabcca}"),
    (b"cababb", b"[a-%%]?%w+", b"1-6", b"<cababb>", b"{cababb}"),
    (b"cbbaac", b"%x?[%a_]+a*b", b"1-3", b"<cbb>", b"{cbb}aac"),
    (b"abcabbbbb", b"(%.-)%w*[^ab]", b"1-3 <>", b"<>", b"{abc}abbbbb"),
    (b" a  _\x00^bb_.^$A2)(%", b"%g=?%p+", b"9-13", b"<b_.^$>; <2)(%>", b" a  _\x00^b{b_.^$}A{2)(%}"),
    (b"acbaabcbbcb", b"[%a-z]+%x+%s*(())", b"1-11 <> @12", b"<> @12", b"{acbaabcbbcb}"),
    (b"bab]=b(^a2]bb\x00A  b^^x", b"%s+(%u-())", b"16-17 <> @18", b"<> @18", b"bab]=b(^a2]bb\x00A{  }b^^x"),
    (b"baacbac", b"^([%a-z][%a-z])", b"1-2 <ba>", b"", b"{ba}acbac"),
    (b"bbccbabaaabb", b"%w[^]]+", b"1-12", b"<bbccbabaaabb>", b"{bbccbabaaabb}"),
    (b"] \x00^\x00a ", b"]*[a-%%]?%x*%]-[^ab]^", b"3-4", b"<\x00^>", b"] {\x00^}\x00a "),
    (b"acbaabca", b"()[ab]*([%a_])", b"1-2 @1 <c>", b"@1 <c>; @3 <c>; @8 <a>", b"{ac}{baabc}{a}"),
    (b"baabbcababb", b"^%c*%w*x?", b"1-11", b"", b"{baabbcababb}"),
    (b"cbaccb", b"[^%d]+%u?", b"1-6", b"<cbaccb>", b"{cbaccb}"),
    (b"2(b_A1acxa\x00", b"%g?%A()$", b"10-11 @12", b"@12", b"2(b_A1acx{a\x00}"),
    (b"abbbacaa", b"[%a_]*[^%d]", b"1-8", b"<abbbacaa>", b"{abbbacaa}"),
    (b"-(1%\x00-%x", b"1^-**[%a_]*[ab]*[^]]-()$", b"3-8 @9", b"@9", b"-({1%\x00-%x}"),
    (b"A2bab]\x002%bcc(a", b"%S+%L-$", b"1-14", b"<A2bab]\x002%bcc(a>", b"{A2bab]\x002%bcc(a}"),
    (b"baabccba", b"[^%d]+()", b"1-8 @9", b"@9", b"{baabccba}"),
    (b"bbbabbccbbaa", b"c*[^%d]+", b"1-12", b"<bbbabbccbbaa>", b"{bbbabbccbbaa}"),
    (b"abbaabcba", b"^[ab]*%s*[%a-z]?", b"1-7", b"", b"{abbaabc}ba"),
    (b"abcbcabbbc", b"ab%p?[]a]?\x00-", b"1-2", b"<ab>; <ab>", b"{ab}cbc{ab}bbc"),
    (b"ccbacbba", b"%x?[^]]+", b"1-8", b"<ccbacbba>", b"{ccbacbba}"),
    (b"caacabcb", b"()[ab]+%a*1?", b"2-8 @2", b"@2", b"c{aacabcb}"),
    (b"b=)$%]a\x00a=cbca%$)", b"[%a-z]-%c%]?", b"7-8", b"<a\x00>", b"b=)$%]{a\x00}a=cbca%$)"),
    (b"%]acc]c(c\x00b", b"%w*[^]]-(%W+)", b"1-2 <%]>", b"<%]>; <]>; <(>; <\x00>", b"{%]}{acc]}{c(}{c\x00}b"),
    (b"bc(ba.2(abb(]$--", b"[]a]+()[ab]+%A?()", b"9-12 @10 @13", b"@10 @13", b"bc(ba.2({abb(}]$--"),
    (b"abbacbccc", b"^(%g+[%a-z])", b"1-9 <abbacbccc>", b"", b"{abbacbccc}"),
    (b") 2-.cbc_))a\x00^.", b"%z?([%a_]+%Wa*)", b"6-10 <cbc_)>", b"<cbc_)>; <a\x00>", b") 2-.{cbc_)}){a\x00}^."),
    (b"cbbbbccacba", b"]*([a-c]-[^%d]*a)", b"1-11 <cbbbbccacba>", b"<cbbbbccacba>", b"{cbbbbccacba}"),
];

fn in_arena(test: impl for<'gc> FnOnce(&Mutation<'gc>)) {
    Arena::<Rootable![()]>::new(|_| ()).mutate(|mc, ()| test(mc));
}

/// What there is no memory for is not looked at here.
fn mistake(result: Result<Progress, Failure>) -> Result<Progress, PatternError> {
    result.map_err(|failure| match failure {
        Failure::Mistake(mistake) => mistake,
        Failure::Refused => panic!("refused memory"),
    })
}

/// Runs on to the next result, with so much fuel at a time.
fn run<'gc>(
    mc: &Mutation<'gc>,
    matcher: &mut Matcher<'gc>,
    subject: &[u8],
    pattern: &[u8],
    slice: i64,
) -> Result<Progress, PatternError> {
    for _ in 0..100_000 {
        let mut fuel = slice;
        let progress = mistake(matcher.run(mc, subject, pattern, &mut fuel))?;
        assert!(fuel < slice || progress == Progress::NoMatch, "no fuel is used");
        assert!(fuel > -1000, "the debt is not bounded");
        if progress != Progress::Suspended {
            return Ok(progress);
        }
    }
    panic!("does not end");
}

fn captures(matcher: &Matcher<'_>, subject: &[u8], count: usize) -> Result<Vec<u8>, PatternError> {
    let mut texts = Vec::new();
    for index in 0..count {
        texts.push(match matcher.capture(index)? {
            Capture::Span(begin, end) => [b"<", &subject[begin..end], b">"].concat(),
            Capture::Position(position) => format!("@{}", position + 1).into_bytes(),
        });
    }
    Ok(texts.join(&b' '))
}

fn find(mc: &Mutation<'_>, subject: &[u8], pattern: &[u8], slice: i64) -> Result<Vec<u8>, PatternError> {
    if !has_specials(pattern) {
        return Ok(match find_plain(subject, pattern, 0) {
            Some(start) => format!("{}-{}", start + 1, start + pattern.len()).into_bytes(),
            None => b"nil".to_vec(),
        });
    }
    let mut matcher = Matcher::new(0, true);
    let Progress::Match { start, end } = run(mc, &mut matcher, subject, pattern, slice)? else {
        return Ok(b"nil".to_vec());
    };
    let mut text = format!("{}-{}", start + 1, end).into_bytes();
    if matcher.capture_count() > 0 {
        text.push(b' ');
        text.extend(captures(&matcher, subject, matcher.capture_count())?);
    }
    Ok(text)
}

fn gmatch(mc: &Mutation<'_>, subject: &[u8], pattern: &[u8], slice: i64) -> Result<Vec<u8>, PatternError> {
    let mut matcher = Matcher::new(0, false);
    let mut texts = Vec::new();
    while let Progress::Match { .. } = run(mc, &mut matcher, subject, pattern, slice)? {
        texts.push(captures(&matcher, subject, matcher.capture_count().max(1))?);
    }
    Ok(texts.join(&b"; "[..]))
}

fn gsub(mc: &Mutation<'_>, subject: &[u8], pattern: &[u8], slice: i64) -> Result<Vec<u8>, PatternError> {
    let mut matcher = Matcher::new(0, true);
    let mut text = Vec::new();
    let mut copied = 0;
    while let Progress::Match { start, end } = run(mc, &mut matcher, subject, pattern, slice)? {
        text.extend([&subject[copied..start], b"{", &subject[start..end], b"}"].concat());
        copied = end;
    }
    text.extend(&subject[copied..]);
    Ok(text)
}

fn shown(result: Result<Vec<u8>, PatternError>) -> String {
    match result {
        Ok(text) => text.escape_ascii().to_string(),
        Err(error) => format!("error: {error}").as_bytes().escape_ascii().to_string(),
    }
}

#[test]
fn as_puc_rio() {
    in_arena(|mc| {
        for &(subject, pattern, found, matched, replaced) in CASES {
            for slice in [i64::MAX, 1, 7] {
                let context = format!("{} in {}", pattern.escape_ascii(), subject.escape_ascii());
                assert_eq!(
                    shown(find(mc, subject, pattern, slice)),
                    found.escape_ascii().to_string(),
                    "find {context}"
                );
                assert_eq!(
                    shown(gmatch(mc, subject, pattern, slice)),
                    matched.escape_ascii().to_string(),
                    "gmatch {context}"
                );
                assert_eq!(
                    shown(gsub(mc, subject, pattern, slice)),
                    replaced.escape_ascii().to_string(),
                    "gsub {context}"
                );
            }
        }
    });
}

#[test]
fn begins_where_told() {
    in_arena(|mc| {
        let mut matcher = Matcher::new(3, true);
        assert_eq!(run(mc, &mut matcher, b"a1b2c3", b"%a", 9), Ok(Progress::Match { start: 4, end: 5 }));
        assert_eq!(run(mc, &mut Matcher::new(1, true), b"ab", b"^a", 9), Ok(Progress::NoMatch));
        assert_eq!(run(mc, &mut Matcher::new(1, true), b"ab", b"^b", 9), Ok(Progress::Match { start: 1, end: 2 }));
        assert_eq!(run(mc, &mut Matcher::new(2, true), b"ab", b".*", 9), Ok(Progress::Match { start: 2, end: 2 }));
        assert_eq!(run(mc, &mut Matcher::new(3, true), b"ab", b".*", 9), Ok(Progress::NoMatch));
        assert_eq!(run(mc, &mut Matcher::new(usize::MAX, true), b"ab", b"", 9), Ok(Progress::NoMatch));
        // The frontier sees the byte before the beginning.
        assert_eq!(run(mc, &mut Matcher::new(1, true), b"ab", b"%f[%a]b", 9), Ok(Progress::NoMatch));
    });
}

#[test]
fn captures_that_are_not() {
    in_arena(|mc| {
        let mut matcher = Matcher::new(0, true);
        assert_eq!(matcher.capture(0), Err(PatternError::InvalidCaptureIndex(1)));
        assert_eq!(run(mc, &mut matcher, b"abc", b"(b)(", 99), Ok(Progress::Match { start: 1, end: 2 }));
        assert_eq!(matcher.capture(0), Ok(Capture::Span(1, 2)));
        assert_eq!(matcher.capture(1), Err(PatternError::UnfinishedCapture));
        assert_eq!(matcher.capture(2), Err(PatternError::InvalidCaptureIndex(3)));
    });
}

/// How much fuel it takes to the first result, all at once; it must be the same in slices, give or
/// take.
fn cost(mc: &Mutation<'_>, subject: &[u8], pattern: &[u8]) -> (Result<Progress, PatternError>, i64) {
    let mut fuel = i64::MAX;
    let result = mistake(Matcher::new(0, true).run(mc, subject, pattern, &mut fuel));
    let mut sliced = 0;
    let mut matcher = Matcher::new(0, true);
    let sliced_result = loop {
        let mut slice = 1000;
        let result = mistake(matcher.run(mc, subject, pattern, &mut slice));
        assert!(slice > -1000);
        sliced += 1000 - slice;
        if result != Ok(Progress::Suspended) {
            break result;
        }
    };
    assert_eq!(result, sliced_result);
    let used = i64::MAX - fuel;
    assert!((used - sliced).abs() <= used / 10 + 50, "{used} at once, {sliced} in slices");
    (result, used)
}

#[test]
fn long_subjects_are_charged_and_interrupted() {
    in_arena(|mc| {
        let long = vec![b'a'; 1_000_000];
        let whole = Ok(Progress::Match { start: 0, end: long.len() });
        let end = Ok(Progress::Match { start: long.len(), end: long.len() });
        for (pattern, expected) in [
            (&b"a*"[..], whole),
            (b"^a*.?$", whole),
            (b"^a-$", whole),
            (b"[ab]-$", whole),
            (b".-b", Ok(Progress::NoMatch)),
            (b"b", Ok(Progress::NoMatch)),
            (b"[bc]d", Ok(Progress::NoMatch)),
            (b"a*b", Ok(Progress::NoMatch)),
            (b"a+[b-d]", Ok(Progress::NoMatch)),
            (b"^.*b", Ok(Progress::NoMatch)),
            (b"^.*[bc]", Ok(Progress::NoMatch)),
            (b"^%bab", Ok(Progress::NoMatch)),
            (b"$", end),
            (b"%f[%z]", end),
        ] {
            let (result, used) = cost(mc, &long, pattern);
            assert_eq!(result, expected, "{}", pattern.escape_ascii());
            assert!(used > 60_000 || pattern == b"a*", "{} takes {used}", pattern.escape_ascii());
            assert!(used < 4_000_000, "{} takes {used}", pattern.escape_ascii());
        }
        let doubled = [&long[..], &long[..]].concat();
        assert_eq!(cost(mc, &doubled, b"^(a*)%1$").0, Ok(Progress::Match { start: 0, end: doubled.len() }));
        let (result, used) = cost(mc, &long, &long);
        assert_eq!(result, whole);
        assert!(used > 60_000);
        let mut nested = vec![b'('; 100_000];
        nested.resize(200_000, b')');
        assert_eq!(cost(mc, &nested, b"%b()").0, Ok(Progress::Match { start: 0, end: 200_000 }));
    });
}

#[test]
fn a_repetition_is_one_entry() {
    in_arena(|mc| {
        let subject = vec![b'a'; 4000];
        let pattern = [&b"a*".repeat(20)[..], b"b"].concat();
        let mut matcher = Matcher::new(0, true);
        for _ in 0..1000 {
            let mut fuel = 100;
            let progress = matcher.run(mc, &subject, &pattern, &mut fuel);
            assert!(fuel > -1000);
            assert_eq!(progress, Ok(Progress::Suspended), "some 4000 to the power of 20 steps");
            assert!(matcher.held_bytes() < 8000);
        }
    });
}

#[test]
fn backtracking_is_interrupted() {
    in_arena(|mc| {
        let subject = vec![b'a'; 200];
        let mut matcher = Matcher::new(0, true);
        let pattern = b"(.-)(.-)(.-)%1%2%3b";
        for _ in 0..10_000 {
            let mut fuel = 50;
            assert_eq!(matcher.run(mc, &subject, pattern, &mut fuel), Ok(Progress::Suspended));
            assert!(fuel > -1000);
        }
        assert_eq!(matcher.held_bytes(), 0, "a short pattern needs no heap");
    });
}

#[test]
fn memory_is_bounded_by_the_pattern() {
    in_arena(|mc| {
        let subject = vec![b'a'; 300];
        for (element, count) in [("a?", 290), ("[ab]*", 100), (".-", 150), ("(a)", 32), ("[^b]-c", 70), ("%a", 300)] {
            let pattern = element.repeat(count).into_bytes();
            let mut matcher = Matcher::new(0, true);
            let mut fuel = 100_000;
            assert!(matcher.run(mc, &subject, &pattern, &mut fuel).is_ok());
            assert!(matcher.held_bytes() > 0);
            // An item with its sets and what is still to be tried, in vectors that double.
            assert!(matcher.held_bytes() <= 2 * 200 * (pattern.len() + 1), "{element}");
        }
    });
}

#[test]
fn too_complex() {
    in_arena(|mc| {
        // From the official test suite (pm.lua).
        let subject = vec![b'a'; 200_000];
        let pattern = b".?".repeat(80);
        let (result, _) = cost(mc, &subject, &pattern);
        assert_eq!(result, Ok(Progress::Match { start: 0, end: 80 }));
        let pattern = b".?".repeat(200_000);
        assert_eq!(cost(mc, &subject, &pattern).0, Err(PatternError::TooComplex));
        let set = [b"[", &vec![b'a'; 100_000][..], b"]"].concat();
        assert_eq!(cost(mc, &subject, &set).0, Err(PatternError::TooComplex));
        // As with every mistake, only if it is reached.
        let pattern = [b"b", &pattern[..]].concat();
        assert_eq!(cost(mc, &subject, &pattern).0, Ok(Progress::NoMatch));
        // Plain bytes are no items of their own.
        let mut long = vec![b'a'; 1_000_000];
        long.push(b'.');
        assert_eq!(cost(mc, &subject, &long).0, Ok(Progress::NoMatch));
    });
}

#[test]
fn after_the_last_match_there_is_none() {
    in_arena(|mc| {
        let mut matcher = Matcher::new(0, true);
        assert_eq!(run(mc, &mut matcher, b"ab", b"^a", 5), Ok(Progress::Match { start: 0, end: 1 }));
        let mut fuel = 5;
        for _ in 0..3 {
            assert_eq!(matcher.run(mc, b"ab", b"^a", &mut fuel), Ok(Progress::NoMatch));
        }
        let mut matcher = Matcher::new(0, true);
        assert_eq!(run(mc, &mut matcher, b"ab", b"[", 5), Err(PatternError::MissingBracket));
        assert_eq!(run(mc, &mut matcher, b"ab", b"[", 5), Ok(Progress::NoMatch));
    });
}

#[test]
fn other_strings_in_the_middle_are_survived() {
    in_arena(|mc| {
        let mut matcher = Matcher::new(0, true);
        let mut fuel = 3;
        assert_eq!(matcher.run(mc, b"aaaaaaaab", b"a-a-b", &mut fuel), Ok(Progress::Suspended));
        assert_eq!(matcher.run(mc, b"a", b"a-a-b", &mut 100), Ok(Progress::NoMatch));
    });
}

#[test]
fn begins_anew() {
    in_arena(|mc| {
        let mut matcher = Matcher::new(0, true);
        assert_eq!(run(mc, &mut matcher, b"x12", b"(%d)", 5), Ok(Progress::Match { start: 1, end: 2 }));
        for (subject, init, expected) in [
            (&b"ab9"[..], 0, Progress::Match { start: 2, end: 3 }),
            (b"1", 0, Progress::Match { start: 0, end: 1 }),
            (b"12", 1, Progress::Match { start: 1, end: 2 }),
            (b"12", 2, Progress::NoMatch),
            (b"12", 3, Progress::NoMatch),
            (b"", 0, Progress::NoMatch),
        ] {
            matcher.restart(init);
            assert_eq!(run(mc, &mut matcher, subject, b"(%d)", 1), Ok(expected));
        }
        let mut interrupted = Matcher::new(0, true);
        assert_eq!(interrupted.run(mc, b"aaaaaaaaaa", b"^a-a-(b)", &mut 12), Ok(Progress::Suspended));
        interrupted.restart(1);
        assert_eq!(run(mc, &mut interrupted, b"aab", b"^a-a-(b)", 3), Ok(Progress::Match { start: 1, end: 3 }));
        let mut fresh = Matcher::new(9, true);
        fresh.restart(0);
        assert_eq!(run(mc, &mut fresh, b"b", b"b", 3), Ok(Progress::Match { start: 0, end: 1 }));
    });
}

#[test]
fn plain_text() {
    assert_eq!(find_plain(b"abcabc", b"bc", 0), Some(1));
    assert_eq!(find_plain(b"abcabc", b"bc", 2), Some(4));
    assert_eq!(find_plain(b"abc", b"", 3), Some(3));
    assert_eq!(find_plain(b"abc", b"", 4), None);
    assert_eq!(find_plain(b"abc", b"c", 0), Some(2));
    assert_eq!(find_plain(b"abc", b"abcd", 0), None);
    assert!(has_specials(b"a.b") && !has_specials(b"a)]b") && !has_specials(b""));
}

#[test]
fn plain_text_in_slices() {
    let mut subject = vec![b'a'; 50_000];
    subject.extend(b"needle");
    subject.extend(vec![b'b'; 50_000]);
    let long_needle = [&vec![b'a'; 20_000][..], b"needle"].concat();
    for (needle, expected) in [
        (&b"needle"[..], Progress::Match { start: 50_000, end: 50_006 }),
        (&long_needle, Progress::Match { start: 30_000, end: 50_006 }),
        (b"ab", Progress::NoMatch),
        (b"", Progress::Match { start: 0, end: 0 }),
    ] {
        let mut search = PlainSearch::new(0);
        let found = loop {
            let progress = search.run(&subject, needle, &mut 1);
            if progress != Progress::Suspended {
                break progress;
            }
        };
        assert_eq!(found, expected);
    }
    assert_eq!(PlainSearch::new(200_000).run(&subject, b"", &mut 1), Progress::NoMatch);
}

/// Wherever memory is refused, the search goes on when there is more.
#[test]
fn refused_memory_is_asked_for_again() {
    let subject = [&b"ab".repeat(200)[..], b"c"].concat();
    let captures = b"()".repeat(20);
    for pattern in
        [&[&b"[a-c]-[^x]?".repeat(60)[..], b"c$"].concat()[..], &[&captures[..], &b"[ab]*.-".repeat(40)].concat()]
    {
        let mut expected = None;
        // No refusal first.
        for after in (0..40).map(|after| after - 1) {
            let mut arena = Arena::<Rootable![()]>::new(|_| ());
            if after >= 0 {
                arena.refuse_allocations(after as u64, 2);
            }
            arena.mutate(|mc, ()| {
                let mut matcher = Matcher::new(0, true);
                let mut refusals = 0;
                let progress = loop {
                    match matcher.run(mc, &subject, pattern, &mut 1_000_000) {
                        Err(Failure::Refused) => refusals += 1,
                        progress => break progress,
                    }
                };
                assert_eq!(progress, *expected.get_or_insert(progress));
                assert!(matches!(progress, Ok(Progress::Match { .. })));
                // Some dozen blocks are asked for in all.
                assert_eq!(refusals, if (0..3).contains(&after) { 2 } else { refusals }, "after {after}");
            });
        }
    }
}

#[test]
fn ranges_of_sets() {
    for first in 0..=255 {
        for last in 0..=255 {
            let mut set = byte_set::ByteSet::EMPTY;
            set.insert_range(first, last);
            assert!((0..=255).all(|byte| set.contains(byte) == (first..=last).contains(&byte)), "{first} to {last}");
        }
    }
}
