/**
 * The words that most guessed passwords are made of. The rules ask for 12 characters, so what counts is a word with something added:
 * the rules take digits and signs away before they look here.
 */
const words = `
password passwort passwd pass passcode passphrase parola contrasena motdepasse wachtwoord senha haslo salasana geheim secret
secreto topsecret private login logon signin signup welcome willkommen bienvenue bienvenido welcomeback hello hallo hola bonjour
letmein letmeinnow openup opensesame sesame changeme changemenow changethis replaceme temporary temp temppass default initial
admin administrator adminadmin root toor rootroot superuser sysadmin system operator manager master masterkey owner user username
users guest visitor demo demodemo test tester testing testtest sample example trial staging production prod develop developer
development debug qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
qwaszx wasd poiuytrewq mnbvcxz lkjhgfdsa abcdef abcdefgh abcabc aaaaaa xxxxxx iloveyou iloveu loveyou lovelove love lover lovers
lovely mylove sweetheart sweety sweet honey darling baby babygirl babyboy princess prince queen king angel angels heaven
jesus jesuschrist christ god godisgood blessed faith hope grace trustno trustnoone trustme believe freedom liberty peace
monkey dragon tiger lion eagle falcon hawk wolf panther jaguar leopard bear shark dolphin whale panda koala rabbit bunny kitty
kitten cat pussycat dog doggy puppy horse pony butterfly spider snake cobra phoenix unicorn chicken turtle penguin elephant
football futbol fussball soccer baseball basketball hockey golf golfer tennis rugby cricket volleyball boxing racing nascar
liverpool arsenal chelsea manchester manutd barcelona realmadrid juventus bayern dortmund benfica yankees lakers cowboys steelers
eagles packers patriots bulldogs redsox michigan ohiostate superman batman spiderman ironman captain wolverine hulk avengers
starwars startrek skywalker vader jedi yoda matrix neo trinity gandalf frodo hobbit mordor harrypotter hogwarts pokemon pikachu
naruto sasuke goku dragonball minecraft fortnite roblox zelda mario luigi sonic playstation xbox nintendo warcraft starcraft
callofduty counterstrike halo pacman tetris summer sommer winter spring autumn herbst fruehling january february march april may
june july august september october november december monday tuesday wednesday thursday friday saturday sunday sunshine sunflower
sunset sunrise moonlight moon star stars rainbow flower flowers rose roses orchid daisy lily jasmine ginger pepper cookie
cookies chocolate candy sugar banana apple orange lemon cherry strawberry peaches mango pizza hamburger cheese coffee
whiskey vodka tequila corona heineken budweiser michael jennifer jessica ashley amanda daniel david robert thomas william
james john joshua matthew andrew anthony charlie george jordan hunter harley taylor justin brandon nicole michelle melissa
samantha elizabeth stephanie rebecca maria anna sophie sophia emma olivia isabella victoria alexander alexandra maximilian
sebastian christian benjamin jonathan nicholas patrick richard steven peter martin marcus andreas stefan thorsten carlos
alejandro fernando francesco giovanni london paris berlin hamburg muenchen madrid roma newyork chicago boston dallas texas
california florida arizona hawaii america england scotland ireland france germany deutschland italia espana portugal brasil
mexico canada australia india china japan russia moscow ferrari porsche mercedes corvette mustang camaro toyota honda
yamaha suzuki kawasaki harleydavidson subaru volkswagen computer internet server database network wireless router firewall
windows linux ubuntu debian fedora centos android iphone macbook microsoft google facebook twitter instagram youtube
amazon netflix samsung motorola nokia oracle cisco intel docker kubernetes swarm wheelhouse postgres mysql redis
mongodb elastic nginx apache jenkins gitlab github terraform ansible vagrant puppet hadoop minio grafana prometheus portainer
rancher nagios zabbix tomcat jboss weblogic wordpress drupal laravel django python javascript typescript nodejs golang
security secure hacker hacked access accessdenied unlock locked keymaster control shadow ghost phantom ninja samurai warrior
knight wizard magic merlin mystic legend hero killer assassin sniper soldier marine army navy ranger rebel outlaw bandit pirate
captainamerica thunder lightning storm hurricane blizzard fire inferno diamond silver golden gold platinum crystal emerald
purple yellow green blue black white red pink maverick iceman goose topgun jackass biteme fuckyou fuckme asshole bullshit
whatever nothing something anything everything nobody forever always never please thankyou sorry friend friends family
mother father mommy daddy sister brother mama papa grandma mustafa mohamed muhammad ahmed fatima ali krishna ganesh
music guitar piano drummer rockstar metallica slipknot nirvana eminem beatles rolling blink greenday linkinpark
success money dollar million millionaire lucky luckyone winner champion number one company business office school college
student teacher doctor nurse police lawyer engineer money cash bitcoin crypto blockchain correcthorsebatterystaple
`

export const commonPasswords: ReadonlySet<string> = new Set(words.trim().split(/\s+/))
