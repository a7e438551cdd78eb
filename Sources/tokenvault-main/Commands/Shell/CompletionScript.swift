import ArgumentParser
import Console

/// The scripts by which shells complete this program's command lines.
enum CompletionScript {
    static let shells: [String: CompletionShell] = ["bash": .bash, "zsh": .zsh, "fish": .fish]

    /// The script for a shell.
    static func text(for shell: CompletionShell) -> String {
        let script = Tokenvault.completionScript(for: shell) + "\n"
        switch shell {
        case .bash:
            return script.replacing(
                "-F _tokenvault tokenvault", with: "-F __tokenvault_whole_words tokenvault"
            )
            .replacing("\ncomplete -o filenames", with: "\n\(wholeWords)\ncomplete -o filenames")
        case .zsh: return withJoinedValues(script)
        default: return script
        }
    }

    /// The zsh script, in which an option with a value takes it after an equals sign too.
    private static func withJoinedValues(_ script: String) -> String {
        script.replacing(/(?<option>\n +'\*?--[a-z-]+)(?<rest>\[[^\n]*\]:)/) {
            "\($0.option)=\($0.rest)"
        }
    }

    /// Bash breaks words at colons and equals signs, of which references and assignments are made: the
    /// pieces are put together again, and what bash has already is taken off the answers.
    private static let wholeWords = #"""
        __tokenvault_whole_words() {
            local rest="${COMP_LINE}" blanks word cur prev broken
            local -a whole=()
            local -i index start=0 current=0
            for ((index = 0; index < ${#COMP_WORDS[@]}; index++)); do
                word="${COMP_WORDS[index]}"
                blanks="${rest%%[![:space:]]*}"
                rest="${rest#"${blanks}"}"
                if [[ ${#whole[@]} -gt 0 && -z "${blanks}" ]]; then
                    whole[${#whole[@]} - 1]+="${word}"
                else
                    whole+=("${word}")
                    ((index > COMP_CWORD)) || start=$((${#COMP_LINE} - ${#rest}))
                fi
                ((index == COMP_CWORD)) && current=$((${#whole[@]} - 1))
                rest="${rest#"${word}"}"
            done
            cur="${COMP_LINE:start:COMP_POINT-start}"
            prev="${whole[current > 0 ? current - 1 : 0]}"
            local -a COMP_WORDS=("${whole[@]}")
            local -i COMP_CWORD=current
            _tokenvault "${1}" "${cur}" "${prev}"
            if [[ "${COMPREPLY[0]-}" == *([^/]):* ]]; then
                compopt +o filenames 2>/dev/null
            fi
            broken="${cur%"${cur##*[:=]}"}"
            if [[ -n "${broken}" && "${COMP_WORDBREAKS}" == *:* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${broken}"}")
            fi
        }
        """#
}
