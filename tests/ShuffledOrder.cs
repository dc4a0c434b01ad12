using System.Security.Cryptography;
using System.Text;
using AutoSelect.Testing.Order;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ShuffledOrder))]
[assembly: TestClassOrderer(typeof(ShuffledOrder))]
[assembly: TestMethodOrderer(typeof(ShuffledOrder))]
[assembly: TestCaseOrderer(typeof(ShuffledOrder))]

namespace AutoSelect.Testing.Order;

/// <summary>
/// The order of tests: with the environment variable AUTOSELECT_TEST_SEED, an integer, it follows from the seed and the tests' names alone,
/// on any machine; without it, it is xUnit's. Compiled into every test project, as xUnit asks each assembly for its order.
/// </summary>
internal sealed class ShuffledOrder : ITestCollectionOrderer, ITestClassOrderer, ITestMethodOrderer, ITestCaseOrderer
{
    private const string Variable = "AUTOSELECT_TEST_SEED";

    private static readonly string? seed = Environment.GetEnvironmentVariable(Variable);

    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections) where T : ITestCollection =>
        // xUnit ends the name of a collection of one class with an id that depends on the folder.
        seed is null ? DefaultTestCollectionOrderer.Instance.OrderTestCollections(testCollections)
            : Shuffle(testCollections, c => c.TestCollectionDisplayName.Split(" (id: ")[0]);

    public IReadOnlyCollection<T?> OrderTestClasses<T>(IReadOnlyCollection<T?> testClasses) where T : notnull, ITestClass =>
        seed is null ? DefaultTestClassOrderer.Instance.OrderTestClasses(testClasses) : Shuffle(testClasses, c => c?.TestClassName);

    public IReadOnlyCollection<T?> OrderTestMethods<T>(IReadOnlyCollection<T?> testMethods) where T : notnull, ITestMethod =>
        seed is null ? DefaultTestMethodOrderer.Instance.OrderTestMethods(testMethods) : Shuffle(testMethods, m => m?.MethodName);

    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> testCases) where T : notnull, ITestCase =>
        seed is null ? DefaultTestCaseOrderer.Instance.OrderTestCases(testCases) : Shuffle(testCases, c => c.TestCaseDisplayName);

    private static T[] Shuffle<T>(IEnumerable<T> all, Func<T, string?> name) =>
        [.. all.OrderBy(one =>
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {name(one)}"))), StringComparer.Ordinal)];
}
