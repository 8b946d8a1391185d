using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;

namespace Mandate.Temporal.Tests.Definitions;

public sealed class ActivityDefinitionTests
{
    [Fact]
    public async Task Create_Delegate_CallsIt()
    {
        var definition = ActivityDefinition.Create(Functions.Twice);

        definition.Name.ShouldBe("Twice");
        definition.ReturnType.ShouldBe(typeof(int));
        (await definition.InvokeAsync([21])).ShouldBe(42);
    }

    [Fact]
    public async Task CreateAll_Instance_TakesStaticAndInheritedMethods()
    {
        var definitions = ActivityDefinition.CreateAll(typeof(Derived), new Derived());

        definitions.Select(d => d.Name).ShouldBe(["named", "Own", "Base"], ignoreOrder: true);
        (await definitions.Single(d => d.Name == "Base").InvokeAsync([])).ShouldBe("base");
    }

    [Fact]
    public async Task Invoke_MethodThatThrows_ThrowsTheSame()
    {
        var definition = ActivityDefinition.CreateWithoutAttribute("x", void () => throw new InvalidTimeZoneException("own"));

        (await Should.ThrowAsync<InvalidTimeZoneException>(definition.InvokeAsync([]))).Message.ShouldBe("own");
    }

    [Fact]
    public void Decode_MissingAndSurplusArguments_UseDefaultsAndAreLeftOut()
    {
        var converter = DataConverter.Default.PayloadConverter;
        var definition = ActivityDefinition.Create(Functions.Optional);

        definition.DecodeArguments([converter.ToPayload("a")], converter, "Optional").ShouldBe(["a", 7]);
        definition.DecodeArguments([converter.ToPayload("a"), converter.ToPayload(1), converter.ToPayload("more")], converter, "Optional").ShouldBe(["a", 1]);
        Should.Throw<PayloadConversionException>(() => definition.DecodeArguments([], converter, "Optional")).Message.ShouldContain("Activity Optional takes 1 argument(s), but was called with 0");
        Should.Throw<PayloadConversionException>(() => definition.DecodeArguments([converter.ToPayload(1)], converter, "Optional")).Message.ShouldContain("Argument 1 of Activity Optional");
    }

    [Fact]
    public void Create_MethodThatCannotBeAnActivity_SaysWhatIsWrong()
    {
        Should.Throw<ArgumentException>(() => ActivityDefinition.Create(Functions.Plain)).Message.ShouldContain("has no [Activity]");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateAll(typeof(ActivityDefinitionTests), this)).Message.ShouldContain("has no method with [Activity]");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateAll(typeof(Derived), instance: null)).Message.ShouldContain("needs an instance");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateAll(typeof(ByRef), instance: null)).Message.ShouldContain("ref, in or out");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateAll(typeof(NotPublic), instance: null)).Message.ShouldContain("must be public");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateWithoutAttribute("__temporal_x", () => 1)).Message.ShouldContain("reserved");
        Should.Throw<ArgumentException>(() => ActivityDefinition.CreateWithoutAttribute(null, () => 1)).Message.ShouldContain("RawPayload[]");
    }

    [Fact]
    public async Task Create_Dynamic_GetsPayloads()
    {
        var definition = ActivityDefinition.CreateWithoutAttribute(null, (RawPayload[] args) => args.Length);

        definition.Dynamic.ShouldBeTrue();
        (await definition.InvokeAsync(definition.DecodeArguments([DataConverter.Default.PayloadConverter.ToPayload("a")], DataConverter.Default.PayloadConverter, "Anything"))).ShouldBe(1);
    }

    public static class Functions
    {
        [Activity]
        public static Task<int> TwiceAsync(int x) => Task.FromResult(2 * x);

        [Activity]
        public static int Twice(int x) => 2 * x;

        [Activity]
        public static void Optional(string a, int b = 7)
        {
        }

        public static int Plain() => 1;
    }

    public class Parent
    {
        [Activity]
        public string Base() => "base";
    }

    public sealed class Derived : Parent
    {
        [Activity("named")]
        public static int Static() => 1;

        [Activity]
        public Task OwnAsync() => Task.CompletedTask;
    }

    public static class ByRef
    {
        [Activity]
        public static void Wrong(ref int x) => x++;
    }

    public static class NotPublic
    {
        [Activity]
        internal static int Hidden() => 1;
    }
}
