%% The Erlang side of mapget.ska: an ETS table, {read_concurrency, true}. Compile with erlc.
-module(mapget).
-export([main/0, main/2]).

main() -> main(1000000, 1000000).

main(N, Times) ->
    T = ets:new(table, [set, public, {read_concurrency, true}]),
    report("fill", N, fun() -> fill(T, N) end),
    lists:foreach(fun(_) ->
        report("get", Times, fun() -> look(T, N, Times) end),
        report("replace", Times, fun() -> replace(T, N, Times) end),
        report("put and remove", Times, fun() -> come_and_go(T, N, Times) end),
        report("loop alone", Times, fun() -> empty(N, Times, seed()) end)
    end, [1, 2, 3]),
    io:format("~p bytes per entry~n", [ets:info(T, memory) * 8 / N]).

report(What, Count, F) ->
    {Us, _} = timer:tc(F),
    io:format("~p~n", [{What, Us * 1000 div Count}]).

seed() -> 4711.

%% A generator as cheap as the one in ours.
next(X) -> (X * 1103515245 + 12345) band 16#7FFFFFFF.
at(X, N) -> (X * 2654435761 bsr 12) rem N.

fill(_, 0) -> ok;
fill(T, N) -> ets:insert(T, {N - 1, N - 1}), fill(T, N - 1).

empty(_, 0, _) -> ok;
empty(N, Left, X) -> _ = at(X, N), empty(N, Left - 1, next(X)).

look(T, N, Times) -> look(T, N, Times, seed()).
look(_, _, 0, _) -> ok;
look(T, N, Left, X) -> [{_, _}] = ets:lookup(T, at(X, N)), look(T, N, Left - 1, next(X)).

replace(T, N, Times) -> replace(T, N, Times, seed()).
replace(_, _, 0, _) -> ok;
replace(T, N, Left, X) -> ets:insert(T, {at(X, N), Left}), replace(T, N, Left - 1, next(X)).

come_and_go(T, N, Times) -> come_and_go(T, N, Times, seed()).
come_and_go(_, _, 0, _) -> ok;
come_and_go(T, N, Left, X) ->
    K = N + at(X, N),
    ets:insert(T, {K, K}), ets:delete(T, K),
    come_and_go(T, N, Left - 1, next(X)).
