using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies.Tests;

/// <summary>Muon, SOAP and Shampoo against dense linear algebra in double precision.</summary>
public class MatrixMethodTests
{
    [Theory]
    [InlineData(6, 4)]
    [InlineData(4, 6)]
    [InlineData(16, 64)]
    public void Newton_Schulz_brings_singular_values_near_1_and_keeps_directions(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(2);
        var matrices = randn([3, rows, columns], float64);

        var result = NewtonSchulz.Orthogonalize(matrices);

        var (u, _, vh) = linalg.svd(matrices, fullMatrices: false);
        var inDirections = u.transpose(1, 2).bmm(result).bmm(vh.transpose(1, 2));
        var values = inDirections.diagonal(0, 1, 2);
        Assert.InRange(values.min().ToDouble(), .65, 1.2);
        Assert.InRange(values.max().ToDouble(), .65, 1.2);
        Assert.True((inDirections - diag_embed(values)).abs().max().ToDouble() < 1e-10);
        Assert.True((u.bmm(inDirections).bmm(vh) - result).abs().max().ToDouble() < 1e-10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Inverse_roots_are_those_of_the_dense_matrix(double root)
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(3);
        var factor = randn([2, 7, 9], float64);
        var matrices = factor.bmm(factor.transpose(1, 2));
        const double epsilon = 1e-4;

        var inverse = MatrixRoot.Inverse(matrices, root, epsilon)!;

        var power = inverse;
        for (var i = 1; i < root; i++) power = power.bmm(inverse);
        var greatest = linalg.eigvalsh(matrices).narrow(1, 6, 1).unsqueeze(2);
        var shifted = matrices + (greatest * epsilon * eye(7, dtype: float64));
        Assert.True((power.bmm(shifted) - eye(7, dtype: float64)).abs().max().ToDouble() < 1e-9);
    }

    [Fact]
    public void Shampoo_steps_along_dense_matrix_roots_with_the_length_of_Adam()
    {
        const double rate = .01, b1 = .8, b2 = .9, eps = 1e-8, rho = 1e-3;
        using var scope = NewDisposeScope();
        var (model, batch) = Regression(5, 3);
        using var stepper = Start(new Shampoo(), model, ("learningRate", rate), ("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2),
            ("epsilon", eps), ("weightDecay", 0), ("rootInterval", 1), ("rootEpsilon", rho));
        Tensor w = model.weight.detach().clone(), m = zeros_like(w), v = zeros_like(w);
        Tensor l = zeros(3, 3, dtype: float64), r = zeros(5, 5, dtype: float64);
        for (var t = 1; t <= 12; t++)
        {
            var g = Gradient(model, batch);
            (l, r) = ((l * b2) + (g.mm(g.t()) * (1 - b2)), (r * b2) + (g.t().mm(g) * (1 - b2)));
            (m, v) = ((m * b1) + (g * (1 - b1)), (v * b2) + (g * g * (1 - b2)));
            var adam = m / (1 - Math.Pow(b1, t)) / ((v / (1 - Math.Pow(b2, t))).sqrt() + eps);
            var direction = DenseRoot(l).mm(m).mm(DenseRoot(r));
            w = w - (direction * (adam.norm() / direction.norm()) * rate);
            stepper.Step(batch);
            Assert.True((w - model.weight).abs().max().ToDouble() < 1e-9, $"step {t}");
        }

        static Tensor DenseRoot(Tensor s)
        {
            var (u, d, vh) = linalg.svd(s);
            return u.mm(diag((d + (d.max() * rho)).pow(-.25))).mm(vh);
        }
    }

    [Fact]
    public void Soap_without_a_basis_is_AdamW_a_step_late()
    {
        using var scope = NewDisposeScope();
        var (one, batch) = Regression(5, 3);
        var (other, _) = Regression(5, 3);
        using var soap = Start(new Soap(), one, ("oneMinusBeta1", .1), ("oneMinusBeta2", .05), ("weightDecay", .1), ("maxDimension", 1));
        using var adam = Start(
            new AdamW(), other, ("learningRate", 3e-3), ("oneMinusBeta1", .1), ("oneMinusBeta2", .05), ("weightDecay", .1));
        for (var step = 0; step < 30; step++)
        {
            soap.Step(batch);
            Assert.True((one.weight - other.weight).abs().max().ToDouble() < 1e-13, $"step {step}");
            adam.Step(batch);
        }
    }

    [Fact]
    public void Soap_follows_Adam_in_the_eigenbasis_it_turns()
    {
        const double rate = .01, b1 = .8, b2 = .9, eps = 1e-8;
        using var scope = NewDisposeScope();
        var (model, batch) = Regression(5, 3);
        using var stepper = Start(new Soap(), model, ("learningRate", rate), ("oneMinusBeta1", 1 - b1), ("oneMinusBeta2", 1 - b2),
            ("epsilon", eps), ("weightDecay", 0), ("basisInterval", 1000));
        var g = Gradient(model, batch);
        var (left, right) = (linalg.eigh(g.mm(g.t())).Item2, linalg.eigh(g.t().mm(g)).Item2);
        // The first basis stays until the second step is done; its columns' signs and order do not matter.
        stepper.Step(batch);
        g = Gradient(model, batch);
        var rotated = left.t().mm(g).mm(right);
        var adam = rotated / (rotated.abs() + eps);
        var expected = model.weight.detach().clone() - (left.mm(adam).mm(right.t()) * rate);

        stepper.Step(batch);

        // Two of the right basis's five directions carry no gradient and are not unique: compare where they are.
        Assert.True((left.t().mm(expected - model.weight).mm(right)).narrow(1, 2, 3).abs().max().ToDouble() < 1e-7);
    }

    [Fact]
    public void Turning_a_basis_finds_the_eigenvectors_in_order()
    {
        using var scope = NewDisposeScope();
        torch.manual_seed(5);
        var factor = randn([2, 6, 6], float64);
        var matrices = factor.bmm(factor.transpose(1, 2));
        var basis = eye(6, dtype: float64).repeat(2, 1, 1);
        for (var i = 0; i < 2000; i++) basis = Basis.Turn(matrices, basis).Turned;

        var diagonal = basis.transpose(1, 2).bmm(matrices).bmm(basis);

        var values = linalg.eigvalsh(matrices).flip(1);
        Assert.True((diagonal - diag_embed(values)).abs().max().ToDouble() < 1e-6);
    }

    private static (TorchSharp.Modules.Linear Model, Batch Batch) Regression(int inputs, int outputs)
    {
        torch.manual_seed(7);
        return (
            nn.Linear(inputs, outputs, dtype: ScalarType.Float64), new Batch(randn([20, inputs], float64), randn([20, outputs], float64)));
    }

    private static Stepper Start(TrainingStrategy strategy, TorchSharp.Modules.Linear model, params (string, double)[] hyperparameters) =>
        strategy.Start(Samples.Task(strategy, model, Samples.MeanSquare, hyperparameters: hyperparameters));

    private static Tensor Gradient(TorchSharp.Modules.Linear model, Batch batch)
    {
        var error = batch.Inputs.mm(model.weight.detach().t()) + model.bias!.detach() - batch.Targets;
        return error.t().mm(batch.Inputs) * (2.0 / error.numel());
    }
}
