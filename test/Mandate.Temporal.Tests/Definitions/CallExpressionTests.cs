using System.Linq.Expressions;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Tests.Definitions;

public sealed class CallExpressionTests
{
    private readonly string _field = "field";

    private string Property => "property";

    [Fact]
    public void Extract_ArgumentsOfEveryKind_AreEvaluated()
    {
        var local = "local";
        var numbers = new[] { 1, 2 };

        Arguments(t => t.Take("constant", 1)).ShouldBe(["constant", 1]);
        Arguments(t => t.Take(local, numbers[1])).ShouldBe(["local", 2]);
        Arguments(t => t.Take(_field, numbers.Length)).ShouldBe(["field", 2]);
        Arguments(t => t.Take(Property, (byte)3)).ShouldBe(["property", (byte)3]);
        Arguments(t => t.Take(local + "!", new { X = 5 }.X)).ShouldBe(["local!", 5]);
        Arguments(t => t.Take(null!, new Target())).Length.ShouldBe(2);
    }

    [Fact]
    public void Extract_AsynchronousMethod_IsNotCalled()
    {
        Expression<Func<Target, Task>> call = t => t.ThrowAsync();

        CallExpression.Extract(call).Method.Name.ShouldBe(nameof(Target.ThrowAsync));
    }

    [Fact]
    public void Extract_SomethingElse_SaysWhatIsExpected()
    {
        Expression<Func<Target, object>> member = t => t.Name;
        Expression<Func<Target, object>> nested = t => t.Name.ToString();
        Expression<Func<Target, object>> usesParameter = t => t.Take(t.Name, 1);

        Should.Throw<ArgumentException>(() => CallExpression.Extract(member)).Message.ShouldContain("single call");
        Should.Throw<ArgumentException>(() => CallExpression.Extract(nested)).Message.ShouldContain("'t' directly");
        Should.Throw<ArgumentException>(() => CallExpression.Extract(usesParameter)).Message.ShouldContain("must not use the parameter 't'");
    }

    [Fact]
    public void ExtractMember_Property_IsAQuery()
    {
        Expression<Func<Target, string>> property = t => t.Name;

        CallExpression.ExtractMember(property).Member.Name.ShouldBe(nameof(Target.Name));
    }

    private static object?[] Arguments(Expression<Func<Target, object>> call) => CallExpression.Extract(call).Arguments;

    private sealed class Target
    {
        internal string Name => "";

        internal string Take(string a, object b) => $"{a}{b}";

        internal Task ThrowAsync() => throw new InvalidOperationException(Name);
    }
}
