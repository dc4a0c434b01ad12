using AutoSelect.Benchmarks;

var benchmarks = typeof(Benchmark).Assembly.GetTypes()
    .Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(Benchmark)))
    .Select(t => (Benchmark)Activator.CreateInstance(t, nonPublic: true)!)
    .OrderBy(b => b.Name, StringComparer.Ordinal)
    .ToList();
if (args.Length > 0 && benchmarks.FirstOrDefault(b => b.Name == args[0]) is { } chosen) return chosen.Run(args[1..]);
Console.Error.WriteLine(args.Length == 0 ? "Name a benchmark:" : $"There is no benchmark '{args[0]}':");
foreach (var benchmark in benchmarks) Console.Error.WriteLine($"  {benchmark.Name,-20} {benchmark.Summary}");
return 2;
