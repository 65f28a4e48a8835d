%% The Erlang side of mapget.ska: an ETS table, {read_concurrency, true}. Compile with erlc.
-module(mapget).
-export([main/0, main/3]).

main() -> main(int, 1000000, 1000000).

%% Kind of keys and values: int, or string for 16 bytes.
main(Kind, N, Times) ->
    T = ets:new(table, [set, public, {read_concurrency, true}]),
    report("fill", N, fun() -> fill(Kind, T, N) end),
    lists:foreach(fun(_) ->
        report("get", Times, fun() -> look(Kind, T, N, Times, seed()) end),
        report("replace", Times, fun() -> replace(Kind, T, N, Times, seed()) end),
        report("put and remove", Times, fun() -> come_and_go(Kind, T, N, Times, seed()) end),
        report("loop alone", Times, fun() -> empty(Kind, N, Times, seed()) end)
    end, [1, 2, 3]),
    io:format("~p bytes per entry~n", [ets:info(T, memory) * 8 / N]).

report(What, Count, F) ->
    {Us, _} = timer:tc(F),
    io:format("~p~n", [{What, Us * 1000 div Count}]).

seed() -> 4711.

%% A generator as cheap as the one in ours.
next(X) -> (X * 1103515245 + 12345) band 16#7FFFFFFF.
at(X, N) -> (X * 2654435761 bsr 12) rem N.

term(int, K) -> K;
term(string, K) -> <<"entry ", K:80>>.

fill(_, _, 0) -> ok;
fill(Kind, T, N) ->
    ets:insert(T, {term(Kind, N - 1), term(Kind, N - 1)}),
    fill(Kind, T, N - 1).

empty(_, _, 0, _) -> ok;
empty(Kind, N, Left, X) -> _ = term(Kind, at(X, N)), empty(Kind, N, Left - 1, next(X)).

look(_, _, _, 0, _) -> ok;
look(Kind, T, N, Left, X) ->
    [{_, _}] = ets:lookup(T, term(Kind, at(X, N))),
    look(Kind, T, N, Left - 1, next(X)).

replace(_, _, _, 0, _) -> ok;
replace(Kind, T, N, Left, X) ->
    ets:insert(T, {term(Kind, at(X, N)), term(Kind, Left)}),
    replace(Kind, T, N, Left - 1, next(X)).

come_and_go(_, _, _, 0, _) -> ok;
come_and_go(Kind, T, N, Left, X) ->
    K = term(Kind, N + at(X, N)),
    ets:insert(T, {K, K}), ets:delete(T, K),
    come_and_go(Kind, T, N, Left - 1, next(X)).
