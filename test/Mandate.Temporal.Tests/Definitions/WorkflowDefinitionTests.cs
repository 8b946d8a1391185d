using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Definitions;

public sealed class WorkflowDefinitionTests
{
    [Fact]
    public void Create_Class_TakesNamesFromClassAndMethods()
    {
        var definition = WorkflowDefinition.Create<Good>();

        definition.Name.ShouldBe("Good");
        definition.Signals.Keys.ShouldBe(["Wake", "custom"], ignoreOrder: true);
        definition.Queries.Keys.ShouldBe(["State", "LookAsync"], ignoreOrder: true);
        definition.Updates.Keys.ShouldBe(["Change"]);
    }

    [Theory]
    [InlineData(typeof(NoAttribute), "has no [Workflow]")]
    [InlineData(typeof(NoRun), "no method has [WorkflowRun]")]
    [InlineData(typeof(TwoRuns), "2 methods have [WorkflowRun]")]
    [InlineData(typeof(RunNotPublic), "must be public")]
    [InlineData(typeof(RunWithoutTask), "must return Task")]
    [InlineData(typeof(Abstract), "cannot be instantiated")]
    [InlineData(typeof(Open<>), "open type parameters")]
    [InlineData(typeof(NoConstructor), "public constructor")]
    [InlineData(typeof(WrongInit), "[WorkflowInit] must have the parameters of the run method")]
    [InlineData(typeof(SignalWithResult), "signal handler Bad must return Task")]
    [InlineData(typeof(QueryWithTask), "must not return a task")]
    [InlineData(typeof(QueryWithoutResult), "must return a value")]
    [InlineData(typeof(UpdateWithoutTask), "must return Task or Task<T>")]
    [InlineData(typeof(TwoSignals), "more than one signal handler named Same")]
    [InlineData(typeof(ValidatorOfNothing), "names Gone")]
    [InlineData(typeof(ValidatorWithOtherParameters), "same parameters")]
    [InlineData(typeof(ReservedName), "reserved")]
    [InlineData(typeof(DynamicWithName), "dynamic handler has no name")]
    [InlineData(typeof(DynamicOfWrongShape), "(string, RawPayload[])")]
    [InlineData(typeof(DynamicRunOfWrongShape), "takes RawPayload[]")]
    [InlineData(typeof(PrivateSignal), "must be public")]
    [InlineData(typeof(StaticQuery), "must not be static")]
    [InlineData(typeof(ForgottenAttribute), "must have the attribute too")]
    public void Create_ClassThatCannotBeAWorkflow_SaysWhatIsWrong(Type type, string what)
    {
        var e = Should.Throw<ArgumentException>(() => WorkflowDefinition.Create(type));

        e.Message.ShouldContain(what);
        e.Message.ShouldContain(type.Name);
    }

    [Fact]
    public void Create_SeveralErrors_ListsThemAll()
    {
        var message = Should.Throw<ArgumentException>(WorkflowDefinition.Create<Hopeless>).Message;

        message.ShouldContain("no method has [WorkflowRun]");
        message.ShouldContain("must not return a task");
        message.ShouldContain("more than one signal handler named Same");
    }

    [Fact]
    public void NameFromRunMethod_OfAnInterface_HasNoLeadingI() =>
        WorkflowDefinition.NameFromRunMethod(typeof(IShared).GetMethod(nameof(IShared.RunAsync))!).ShouldBe("Shared");

    [Fact]
    public void NameFromRunMethod_WithoutAttribute_SaysSo() =>
        Should.Throw<ArgumentException>(() => WorkflowDefinition.NameFromRunMethod(typeof(Good).GetMethod(nameof(Good.WakeAsync))!)).Message.ShouldContain("[WorkflowRun]");

    [Workflow]
    public interface IShared
    {
        [WorkflowRun]
        Task RunAsync();
    }

    [Workflow]
    public sealed class Good
    {
        [WorkflowQuery]
        public string State => "";

        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowSignal]
        public Task WakeAsync() => Task.CompletedTask;

        [WorkflowSignal("custom")]
        public Task OtherAsync() => Task.CompletedTask;

        [WorkflowQuery]
        public int LookAsync(int x) => x;

        [WorkflowUpdate]
        public Task ChangeAsync(int x) => Task.CompletedTask;

        [WorkflowUpdateValidator(nameof(ChangeAsync))]
        public void ValidateChange(int x)
        {
        }
    }

    public sealed class NoAttribute;

    [Workflow]
    public sealed class NoRun;

    [Workflow]
    public sealed class TwoRuns
    {
        [WorkflowRun]
        public Task OneAsync() => Task.CompletedTask;

        [WorkflowRun]
        public Task TwoAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class RunNotPublic
    {
        [WorkflowRun]
        internal Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class RunWithoutTask
    {
        [WorkflowRun]
        public int Run() => 1;
    }

    [Workflow]
    public abstract class Abstract
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class Open<T>
    {
        [WorkflowRun]
        public Task RunAsync(T x) => Task.CompletedTask;
    }

    [Workflow]
    public sealed class NoConstructor(int x)
    {
        [WorkflowRun]
        public Task RunAsync() => Task.FromResult(x);
    }

    [Workflow]
    [method: WorkflowInit]
    public sealed class WrongInit(int x)
    {
        [WorkflowRun]
        public Task RunAsync(string y) => Task.FromResult($"{x}{y}");
    }

    [Workflow]
    public sealed class SignalWithResult
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowSignal]
        public Task<int> BadAsync() => Task.FromResult(1);
    }

    [Workflow]
    public sealed class QueryWithTask
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowQuery]
        public Task<int> BadAsync() => Task.FromResult(1);
    }

    [Workflow]
    public sealed class QueryWithoutResult
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowQuery]
        public void Bad()
        {
        }
    }

    [Workflow]
    public sealed class UpdateWithoutTask
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowUpdate]
        public int Bad() => 1;
    }

    [Workflow]
    public sealed class TwoSignals
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowSignal("Same")]
        public Task OneAsync() => Task.CompletedTask;

        [WorkflowSignal("Same")]
        public Task TwoAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class ValidatorOfNothing
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowUpdateValidator("Gone")]
        public void Validate()
        {
        }
    }

    [Workflow]
    public sealed class ValidatorWithOtherParameters
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowUpdate]
        public Task ChangeAsync(int x) => Task.CompletedTask;

        [WorkflowUpdateValidator(nameof(ChangeAsync))]
        public void Validate(string x)
        {
        }
    }

    [Workflow]
    public sealed class ReservedName
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowSignal("__temporal_x")]
        public Task SignalAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class DynamicWithName
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowSignal("x", Dynamic = true)]
        public Task SignalAsync(string name, RawPayload[] args) => Task.CompletedTask;
    }

    [Workflow]
    public sealed class DynamicOfWrongShape
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;

        [WorkflowQuery(Dynamic = true)]
        public int Query(string name) => 1;
    }

    [Workflow(Dynamic = true)]
    public sealed class DynamicRunOfWrongShape
    {
        [WorkflowRun]
        public Task RunAsync(string x) => Task.CompletedTask;
    }

    [Workflow]
    public sealed class PrivateSignal
    {
        [WorkflowRun]
        public Task RunAsync() => SignalAsync();

        [WorkflowSignal]
        private Task SignalAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class StaticQuery
    {
        [WorkflowQuery]
        public static int Look() => 1;

        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public class Base
    {
        [WorkflowRun]
        public virtual Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class ForgottenAttribute : Base
    {
        public override Task RunAsync() => Task.CompletedTask;
    }

    [Workflow]
    public sealed class Hopeless
    {
        [WorkflowQuery]
        public Task<int> QueryAsync() => Task.FromResult(1);

        [WorkflowSignal("Same")]
        public Task OneAsync() => Task.CompletedTask;

        [WorkflowSignal("Same")]
        public Task TwoAsync() => Task.CompletedTask;
    }
}
