namespace AutoSelect.Selection.History;

/// <summary>On how many earlier runs stands what history says of a candidate; runs that were broken off count too.</summary>
/// <param name="Store">Runs of the store's earlier jobs, and of recordings taken into it.</param>
/// <param name="Shipped">Runs of the prior that comes with AutoSelect.</param>
public sealed record PriorStanding(RunCounts Store, RunCounts Shipped);

/// <summary>Earlier runs, each number a part of those after it, but for the workload's.</summary>
/// <param name="Workload">Of the candidate's strategy on the job's own workload.</param>
/// <param name="Candidate">Of the same strategy, values and batch size, on any workload.</param>
/// <param name="Strategy">Of its strategy.</param>
/// <param name="Kind">Of its strategy or another of its kind, as Shampoo is of K-FAC's.</param>
/// <param name="All">Of any strategy.</param>
public sealed record RunCounts(int Workload, int Candidate, int Strategy, int Kind, int All);
