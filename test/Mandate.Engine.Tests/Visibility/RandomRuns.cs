using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>Runs with values of <see cref="RandomCondition"/>'s pools, so that conditions find some and not all.</summary>
internal static class RandomRuns
{
    private static readonly WorkflowExecutionStatus[] Closed =
        [WorkflowExecutionStatus.Completed, WorkflowExecutionStatus.Failed, WorkflowExecutionStatus.ContinuedAsNew, WorkflowExecutionStatus.TimedOut];

    public static TestRun Create(Random random, long key)
    {
        var start = TestRun.Noon + Pick(random, RandomCondition.Offsets);
        var open = random.Next(3) == 0;
        var delay = random.Next(4) == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        return new()
        {
            Key = key,
            WorkflowId = Pick(random, RandomCondition.Texts),
            WorkflowType = Pick(random, RandomCondition.Texts),
            TaskQueue = Pick(random, RandomCondition.Texts),
            Status = open ? WorkflowExecutionStatus.Running : Pick(random, Closed),
            Start = start,
            Execution = random.Next(2) == 0 ? null : start + delay,
            Close = open ? null : start + delay + new TimeSpan(Math.Abs(Pick(random, RandomCondition.Offsets).Ticks)),
            HistoryLength = random.Next(-1, 3),
            Parent = random.Next(3) == 0 ? (Parent(random), "parent-run") : null,
            Root = random.Next(3) == 0 ? (Pick(random, RandomCondition.Texts[1..]), Pick(random, RandomCondition.Texts[1..])) : null,
            Attributes = Attributes(random),
        };
    }

    private static string Parent(Random random) => Pick(random, RandomCondition.Texts[1..]);

    private static Dictionary<string, object> Attributes(Random random)
    {
        var attributes = new Dictionary<string, object>();
        Maybe("CustomKeyword", () => Pick(random, RandomCondition.Texts));
        Maybe("odd name", () => Pick(random, RandomCondition.Texts));
        Maybe("CustomInt", () => Pick(random, RandomCondition.Integers));
        Maybe("CustomDouble", () => Pick(random, RandomCondition.Doubles));
        Maybe("CustomBool", () => random.Next(2) == 0);
        Maybe("CustomDatetime", () => TestRun.Noon + Pick(random, RandomCondition.Offsets));
        Maybe("CustomText", () => Pick(random, RandomCondition.Sentences));
        Maybe("CustomKeywordList", () => Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, RandomCondition.Texts)).ToArray());
        return attributes;

        void Maybe(string name, Func<object> value)
        {
            if (random.Next(2) == 0)
                attributes.Add(name, value());
        }
    }

    private static T Pick<T>(Random random, T[] values) => values[random.Next(values.Length)];
}
