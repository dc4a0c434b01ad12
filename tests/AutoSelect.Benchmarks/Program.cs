Console.WriteLine("AutoSelect benchmarks");
