using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Google.Protobuf;
using Mandate.Engine.History;
using Mandate.Engine.Timers;

namespace Mandate.Engine.Tests.Support;

/// <summary>A run's state as text, so that two states can be compared and their difference read.</summary>
internal static class StateText
{
    /// <summary>What is no part of the state that must survive: armed timers, offers to queues, and the worker cache, which is forgotten at a restart.</summary>
    private static readonly string[] Left = ["Timer", "Offered", nameof(RunState.Sticky), nameof(WorkflowTaskState.StickyQueue), nameof(WorkflowTaskState.StickyTimeout), nameof(WorkflowTaskState.IsSticky), nameof(WorkflowTaskState.OriginalScheduledAt)];

    public static string Of(RunState state)
    {
        var text = new StringBuilder();
        Write(text, state, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        var indent = new string(' ', depth * 2);
        switch (value)
        {
            case null:
                text.Append("null\n");
                break;
            case string or IMessage or IFormattable or bool:
                text.Append(CultureInfo.InvariantCulture, $"{value}\n");
                break;
            case TimerEntry:
                break;
            case IDictionary map:
                text.Append('\n');
                foreach (var key in map.Keys.Cast<object>().OrderBy(k => k.ToString(), StringComparer.Ordinal))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{indent}[{key}] ");
                    Write(text, map[key], depth + 1);
                }

                break;
            case IEnumerable list:
                text.Append('\n');
                foreach (var item in value is HashSet<string> set ? set.Order(StringComparer.Ordinal) : list)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{indent}- ");
                    Write(text, item, depth + 1);
                }

                break;
            case System.Runtime.CompilerServices.ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                    Write(text, tuple[i], depth + 1);
                break;
            default:
                text.Append('\n');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => !Left.Contains(p.Name) && p.Name != "EqualityContract" && !IsGone(value, p.Name)))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{indent}{property.Name}: ");
                    Write(text, property.GetValue(value), depth + 1);
                }

                break;
        }
    }

    /// <summary>What a closed run was still waiting for matters no more, and its attempts are not kept.</summary>
    private static bool IsGone(object value, string property) => property == nameof(RunState.Activities) && value is RunState { IsOpen: false };
}
